namespace XdpAudit.Abstractions;

/// <summary>A host as known at one journal position.</summary>
public sealed record HostView
{
    /// <summary>The host.</summary>
    public required HostId Host { get; init; }

    /// <summary>The boot it is in; null before the first look.</summary>
    public BootId? Boot { get; init; }

    /// <summary>The kernel's release.</summary>
    public string KernelRelease { get; init; } = "";

    /// <summary>The moment it describes, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The last journal position it includes; 0 before the first event.</summary>
    public required long Position { get; init; }

    /// <summary>Coverage of the last look; null before the first.</summary>
    public Coverage? Coverage { get; init; }

    /// <summary>Programs that are loaded, and those that ended unasked and are still to be explained.</summary>
    public IReadOnlyList<ProgramView> Programs { get; init; } = [];

    /// <summary>Links that exist, and those that ended unasked and are still to be explained.</summary>
    public IReadOnlyList<LinkView> Links { get; init; } = [];

    /// <summary>Attachments in force.</summary>
    public IReadOnlyList<AttachmentView> Attachments { get; init; } = [];

    /// <summary>Maps that exist.</summary>
    public IReadOnlyList<MapView> Maps { get; init; } = [];

    /// <summary>Operations under way, contradicted, or ended lately.</summary>
    public IReadOnlyList<OperationView> Operations { get; init; } = [];
}
