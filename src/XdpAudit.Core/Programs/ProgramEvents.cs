namespace XdpAudit.Core;

/// <summary>What is recorded of a program when it is first seen.</summary>
public sealed record ProgramFacts
{
    /// <summary>Our identity.</summary>
    public required ProgramKey Key { get; init; }

    /// <summary>Type as bpftool writes it.</summary>
    public required string Type { get; init; }

    /// <summary>Name; empty if none.</summary>
    public required string Name { get; init; }

    /// <summary>The kernel's digest.</summary>
    public ProgramTag? Tag { get; init; }

    /// <summary>When the kernel loaded it, UTC.</summary>
    public required DateTimeOffset LoadedAt { get; init; }

    /// <summary>The uid that loaded it.</summary>
    public uint? Uid { get; init; }

    /// <summary>Its maps.</summary>
    public IReadOnlyList<KernelMapId> MapIds { get; init; } = [];

    /// <summary>Bytes of locked memory.</summary>
    public ulong? MemlockBytes { get; init; }

    /// <summary>The program it extends.</summary>
    public KernelProgramId? Extends { get; init; }

    /// <summary>Bound to one device.</summary>
    public bool? DeviceBound { get; init; }
}

/// <summary>A program was loaded, and it is known by whom.</summary>
public sealed record ProgramLoaded(ProgramFacts Program) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [Program.Key.Value];
}

/// <summary>A program was found that nobody saw being loaded. When it was, the kernel tells; by whom, it does not.</summary>
public sealed record ProgramFound(ProgramFacts Program) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [Program.Key.Value];
}

/// <summary>Who loaded a program that is known already: the actor of this event. The notice of its load came late.</summary>
public sealed record ProgramLoaderIdentified(ProgramKey Program) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [Program.Value];
}

/// <summary>A program was bound to more maps, or fewer (BPF_PROG_BIND_MAP).</summary>
public sealed record ProgramMapsChanged(ProgramKey Program, IReadOnlyList<KernelMapId> MapIds) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [Program.Value];
}

/// <summary>A program was pinned.</summary>
public sealed record ProgramPinned(ProgramKey Program, PinFacts Pin) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [Program.Value];
}

/// <summary>A pin of a program was removed.</summary>
public sealed record ProgramUnpinned(ProgramKey Program, PinFacts Pin) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [Program.Value];
}

/// <summary>A program is gone from the kernel.</summary>
/// <param name="Program">The program.</param>
/// <param name="Name">Its name.</param>
/// <param name="Why">One of <see cref="EndReason"/>.</param>
/// <param name="LastHeldBy">What was last seen to hold it, in words.</param>
/// <param name="Cause">What took the last reference, and by whom, in words; null when nobody saw it.</param>
public sealed record ProgramUnloaded(ProgramKey Program, string Name, string Why, string LastHeldBy, string? Cause = null) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [Program.Value];
}

/// <summary>Why something ended.</summary>
public static class EndReason
{
    /// <summary>Somebody asked for it.</summary>
    public const string Asked = "asked";

    /// <summary>The interface is gone.</summary>
    public const string InterfaceGone = "interface-gone";

    /// <summary>The network namespace is gone.</summary>
    public const string NetnsGone = "netns-gone";

    /// <summary>The interface was moved to another namespace.</summary>
    public const string InterfaceMoved = "interface-moved";

    /// <summary>Another took its place.</summary>
    public const string Replaced = "replaced";

    /// <summary>The link that held it was released: its last descriptor or pin went.</summary>
    public const string LinkReleased = "link-released";

    /// <summary>The last reference went.</summary>
    public const string LastReference = "last-reference-gone";

    /// <summary>The boot it lived in ended.</summary>
    public const string BootEnded = "boot-ended";

    /// <summary>Not known.</summary>
    public const string Unknown = "unknown";
}
