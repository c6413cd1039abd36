using System.Text.Json.Serialization;

namespace XdpAudit.Abstractions;

/// <summary>The kernel's number for a program, <c>bpf_prog_info.id</c>. Not an identity: it starts again at every boot and wraps at 2^31.</summary>
[JsonConverter(typeof(UInt32IdConverter<KernelProgramId>))]
public readonly record struct KernelProgramId(uint Value) : IId<KernelProgramId, uint>
{
    /// <inheritdoc/>
    public static KernelProgramId From(uint value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
