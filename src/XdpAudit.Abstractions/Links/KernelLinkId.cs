using System.Text.Json.Serialization;

namespace XdpAudit.Abstractions;

/// <summary>The kernel's number for a link, <c>bpf_link_info.id</c>. Not an identity: it starts again at every boot and wraps at 2^31.</summary>
[JsonConverter(typeof(UInt32IdConverter<KernelLinkId>))]
public readonly record struct KernelLinkId(uint Value) : IId<KernelLinkId, uint>
{
    /// <inheritdoc/>
    public static KernelLinkId From(uint value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
