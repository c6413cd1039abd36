using System.Text.Json.Serialization;

namespace XdpAudit.Abstractions;

/// <summary>The kernel's digest of a program's instructions, <c>bpf_prog_info.tag</c>, 16 hexadecimal digits. Differs between kernel versions for the same code.</summary>
[JsonConverter(typeof(TextIdConverter<ProgramTag>))]
public readonly record struct ProgramTag(string Value) : IId<ProgramTag, string>
{
    /// <inheritdoc/>
    public static ProgramTag From(string value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
