namespace XdpAudit.Abstractions;

/// <summary>A program as one look at the kernel found it. Null means that this kernel, or the method used, does not report it.</summary>
public sealed record ObservedProgram
{
    /// <summary><c>bpf_prog_info.id</c>.</summary>
    public required KernelProgramId Id { get; init; }

    /// <summary>Program type as bpftool writes it: <c>xdp</c>, <c>ext</c>, <c>tracing</c>; <c>type 99</c> for one we have no word for.</summary>
    public required string Type { get; init; }

    /// <summary>Name, at most 15 bytes unless BTF gives the whole; empty if the loader gave none.</summary>
    public required string Name { get; init; }

    /// <summary>The kernel's digest of the instructions; null if not reported.</summary>
    public required ProgramTag? Tag { get; init; }

    /// <summary>Nanoseconds since boot (CLOCK_BOOTTIME), <c>bpf_prog_info.load_time</c>, Linux 4.15; taken before verification.</summary>
    public required ulong LoadedNs { get; init; }

    /// <summary><c>bpf_prog_info.created_by_uid</c>, Linux 4.15: the only trace of the loader that the kernel keeps.</summary>
    public uint? Uid { get; init; }

    /// <summary>GPL compatible licence, Linux 4.18.</summary>
    public bool? GplCompatible { get; init; }

    /// <summary>Bytes of translated instructions; null when the kernel hides them.</summary>
    public uint? BytesXlated { get; init; }

    /// <summary>Bytes of machine code; null when not jitted.</summary>
    public uint? BytesJited { get; init; }

    /// <summary>Bytes of locked memory charged, <c>memlock</c> in fdinfo; null when not read.</summary>
    public ulong? MemlockBytes { get; init; }

    /// <summary>Maps it uses.</summary>
    public IReadOnlyList<KernelMapId> MapIds { get; init; } = [];

    /// <summary>BTF object, 0 for none.</summary>
    public uint? BtfId { get; init; }

    /// <summary>Instructions the verifier went through, Linux 5.16.</summary>
    public uint? VerifiedInsns { get; init; }

    /// <summary>All references the kernel counts, from <c>iter/bpf_prog</c>; null from the id walk. A hint, never a verdict.</summary>
    public long? References { get; init; }

    /// <summary>Bound to a device with XDP_DEV_BOUND_ONLY, from <c>iter/bpf_prog</c>.</summary>
    public bool? DeviceBound { get; init; }

    /// <summary>The program this EXT program extends, from <c>iter/bpf_prog</c>.</summary>
    public KernelProgramId? Extends { get; init; }
}
