namespace XdpAudit.Abstractions;

/// <summary>What is known of a map at one moment.</summary>
public sealed record MapView
{
    /// <summary>Our identity.</summary>
    public required MapKey Key { get; init; }

    /// <summary>The kernel's id.</summary>
    public required KernelMapId Id { get; init; }

    /// <summary>Type as bpftool writes it.</summary>
    public required string Type { get; init; }

    /// <summary>Name; empty if none.</summary>
    public required string Name { get; init; }

    /// <summary>Programs that use it, by kernel id.</summary>
    public IReadOnlyList<KernelProgramId> UsedBy { get; init; } = [];

    /// <summary>What keeps it alive.</summary>
    public IReadOnlyList<HolderView> Holders { get; init; } = [];

    /// <summary>Its pins.</summary>
    public IReadOnlyList<PinPath> Pins { get; init; } = [];

    /// <summary>Programs its elements keep, by kernel id.</summary>
    public IReadOnlyList<KernelProgramId> Keeps { get; init; } = [];

    /// <summary>Bytes of locked memory.</summary>
    public ulong? MemlockBytes { get; init; }

    /// <summary>Since when no program has used it, UTC; null while one does.</summary>
    public DateTimeOffset? UnusedSince { get; init; }

    /// <summary>When we first saw it, UTC.</summary>
    public required DateTimeOffset FirstSeen { get; init; }

    /// <summary>How it ended; null while it exists.</summary>
    public EndView? Ended { get; init; }

    /// <summary>Journal position of the event that began it.</summary>
    public long FirstPosition { get; init; }

    /// <summary>Journal position of the last event about it.</summary>
    public long LastPosition { get; init; }
}
