using System.Text.Json.Serialization;

namespace XdpAudit.Abstractions;

/// <summary>The host: <c>/etc/machine-id</c> (machine-id(5)), 32 hexadecimal digits.</summary>
[JsonConverter(typeof(TextIdConverter<HostId>))]
public readonly record struct HostId(string Value) : IId<HostId, string>
{
    /// <inheritdoc/>
    public static HostId From(string value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
