using System.Text.Json.Serialization;

namespace XdpAudit.Abstractions;

/// <summary>The path of a pin on a bpffs as seen from its mount namespace; bytes that are not printable text are written <c>\\xNN</c>.</summary>
[JsonConverter(typeof(TextIdConverter<PinPath>))]
public readonly record struct PinPath(string Value) : IId<PinPath, string>
{
    /// <inheritdoc/>
    public static PinPath From(string value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
