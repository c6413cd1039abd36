using System.Text.Json.Serialization;

namespace XdpAudit.Abstractions;

/// <summary>One life of a kernel: <c>/proc/sys/kernel/random/boot_id</c> (random(4)) without dashes, 32 hexadecimal digits.</summary>
[JsonConverter(typeof(TextIdConverter<BootId>))]
public readonly record struct BootId(string Value) : IId<BootId, string>
{
    /// <inheritdoc/>
    public static BootId From(string value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
