using System.Text.Json.Serialization;

namespace XdpAudit.Abstractions;

/// <summary>Our identity of a program: host, boot, the kernel's id and its load time; a reused id with another load time is another program.</summary>
/// <param name="Host">The host.</param>
/// <param name="Boot">The boot in which it was loaded.</param>
/// <param name="Id"><c>bpf_prog_info.id</c>.</param>
/// <param name="LoadedNs">Nanoseconds since boot (CLOCK_BOOTTIME), <c>bpf_prog_info.load_time</c>, Linux 4.15.</param>
[JsonConverter(typeof(TextIdConverter<ProgramKey>))]
public readonly record struct ProgramKey(HostId Host, BootId Boot, KernelProgramId Id, ulong LoadedNs) : IId<ProgramKey, string>
{
    /// <summary>The prefix of the written form.</summary>
    public const string Kind = "program";

    /// <inheritdoc/>
    [JsonIgnore]
    public string Value => $"{Kind}/{Host}/{Boot}/{Id}/{LoadedNs}";

    /// <inheritdoc/>
    public static ProgramKey From(string value)
    {
        var p = KeyText.Parts(value, Kind, 4);
        return new(new(p[1]), new(p[2]), new(KeyText.UInt32(p[3])), KeyText.UInt64(p[4]));
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
