namespace XdpAudit.Abstractions;

/// <summary>A program was loaded.</summary>
/// <param name="Id">The kernel's id.</param>
public sealed record ProgramLoadNotice(KernelProgramId Id) : KernelNotice
{
    /// <summary><c>bpf_prog_aux.load_time</c>, nanoseconds of CLOCK_BOOTTIME; null when only the id was seen.</summary>
    public ulong? LoadedNs { get; init; }

    /// <summary>Type as bpftool writes it; null when it was not seen.</summary>
    public string? Type { get; init; }

    /// <summary>Name; null when it was not seen.</summary>
    public string? Name { get; init; }

    /// <summary>The kernel's digest.</summary>
    public ProgramTag? Tag { get; init; }

    /// <summary>The uid it was loaded by.</summary>
    public uint? Uid { get; init; }

    /// <summary>Its maps; null when they were not seen.</summary>
    public IReadOnlyList<KernelMapId>? MapIds { get; init; }

    /// <summary>Bytes of locked memory.</summary>
    public ulong? MemlockBytes { get; init; }

    /// <summary>The program it extends.</summary>
    public KernelProgramId? Extends { get; init; }
}

/// <summary>The kernel refused to load a program.</summary>
/// <param name="Errno">errno(3), positive.</param>
/// <param name="Type">Type as bpftool writes it; null when it was not seen.</param>
/// <param name="Name">Name; null when it was not seen.</param>
public sealed record ProgramLoadFailedNotice(int Errno, string? Type, string? Name) : KernelNotice;

/// <summary>A program's last reference went; nothing can take hold of it any more.</summary>
/// <param name="Id">The kernel's id.</param>
/// <param name="Tag">The kernel's digest.</param>
public sealed record ProgramUnloadNotice(KernelProgramId Id, ProgramTag? Tag) : KernelNotice;
