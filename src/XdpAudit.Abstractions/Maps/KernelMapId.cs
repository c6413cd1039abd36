using System.Text.Json.Serialization;

namespace XdpAudit.Abstractions;

/// <summary>The kernel's number for a map, <c>bpf_map_info.id</c>. Not an identity: it starts again at every boot and wraps at 2^31.</summary>
[JsonConverter(typeof(UInt32IdConverter<KernelMapId>))]
public readonly record struct KernelMapId(uint Value) : IId<KernelMapId, uint>
{
    /// <inheritdoc/>
    public static KernelMapId From(uint value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
