namespace XdpAudit.Agent;

/// <summary>How the agent watches.</summary>
public sealed record AgentSettings
{
    /// <summary>How long something may be so before it is called a leak.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often it looks when nothing asks it to.</summary>
    public TimeSpan ReconcileEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The directory on a bpffs in which operations pin what they make.</summary>
    public required string PinRoot { get; init; }

    /// <summary>Operations hold what they make by descriptors of the executor instead of pins; it goes when the auditor ends.</summary>
    public bool Ephemeral { get; init; }

    /// <summary>Record programs of all types.</summary>
    public bool AllTypes { get; init; }

    /// <summary>The executor that is used when a request names none.</summary>
    public string DefaultExecutor { get; init; } = "libbpf";

    /// <summary>
    /// Where it keeps what sensors heard while the journal is away, how far it has accounted for programs, and how far sinks have come; null to keep nothing.
    /// </summary>
    public string? StateDirectory { get; init; }

    /// <summary>Sinks, by plugin id, that get all that is recorded when they are new; the others begin at the end of the journals.</summary>
    public IReadOnlySet<string> SinksFromBeginning { get; init; } = new HashSet<string>();

    /// <summary>The boot it runs in; needed to keep anything there.</summary>
    public BootId? Boot { get; init; }

    /// <summary>The auditor's version.</summary>
    public string Version { get; init; } = "";

    /// <summary>How long an operation waits for the journal before it is refused.</summary>
    public TimeSpan JournalPatience { get; init; } = TimeSpan.FromSeconds(10);
}
