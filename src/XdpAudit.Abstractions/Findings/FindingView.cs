namespace XdpAudit.Abstractions;

/// <summary>A judgement about an object: a leak, a drift, a contradiction.</summary>
public sealed record FindingView
{
    /// <summary>Its stable fingerprint.</summary>
    public required FindingId Id { get; init; }

    /// <summary>The rule, one of <see cref="LeakRule"/> or a plugin's own.</summary>
    public required string Rule { get; init; }

    /// <summary><c>low</c>, <c>medium</c> or <c>high</c>.</summary>
    public required string Severity { get; init; }

    /// <summary>One of <see cref="FindingStates"/>.</summary>
    public required string Status { get; init; }

    /// <summary>What it is about.</summary>
    public required FindingSubject Subject { get; init; }

    /// <summary>When it was first suspected, UTC.</summary>
    public required DateTimeOffset FirstSeen { get; init; }

    /// <summary>When it was last confirmed by a look, UTC.</summary>
    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>Seconds since the trouble began.</summary>
    public required long AgeSeconds { get; init; }

    /// <summary>What it costs.</summary>
    public required FindingCost Cost { get; init; }

    /// <summary>What keeps the object.</summary>
    public IReadOnlyList<HolderView> Holders { get; init; } = [];

    /// <summary>Journal positions of the events it rests on.</summary>
    public IReadOnlyList<long> Evidence { get; init; } = [];

    /// <summary>What is wrong, since when and why, in a sentence or two.</summary>
    public required string Summary { get; init; }

    /// <summary>What to type, in order; safe to paste.</summary>
    public IReadOnlyList<RemedyStep> Remedy { get; init; } = [];

    /// <summary>What speaks against it, or could not be looked at; null if nothing.</summary>
    public string? Doubt { get; init; }

    /// <summary>Who acknowledged or suppressed it, why and until when; null otherwise.</summary>
    public TriageView? Triage { get; init; }

    /// <summary>When it was resolved, UTC; null while it is not.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }
}

/// <summary>The object of a finding.</summary>
/// <param name="Kind"><c>program</c>, <c>link</c>, <c>map</c>, <c>attach-point</c>, <c>operation</c> or <c>pin</c>.</param>
/// <param name="Key">Our identity of it.</param>
/// <param name="KernelId">The kernel's id; null where it has none.</param>
/// <param name="Name">Its name, for people.</param>
public sealed record FindingSubject(string Kind, string Key, uint? KernelId, string Name);

/// <summary>What a finding costs.</summary>
/// <param name="MemlockBytes">Bytes of locked memory that would be free; null when not known.</param>
/// <param name="Count">Objects concerned.</param>
public sealed record FindingCost(ulong? MemlockBytes, int Count);

/// <summary>A step of a remedy.</summary>
/// <param name="Why">What it does, in words.</param>
/// <param name="Command">A line for a POSIX shell, names quoted; null for a step that no command does.</param>
/// <param name="By"><c>xdpaudit</c>, or <c>plain</c> for bpftool, ip and rm. Either set alone is enough.</param>
public sealed record RemedyStep(string Why, string? Command, string By);

/// <summary>A person's word on a finding.</summary>
/// <param name="By">Who.</param>
/// <param name="Reason">Why, one of <see cref="TriageReasons"/>.</param>
/// <param name="Comment">In their words.</param>
/// <param name="At">When, UTC.</param>
/// <param name="ExpiresAt">Until when, UTC.</param>
public sealed record TriageView(ProcessIdentity By, string Reason, string Comment, DateTimeOffset At, DateTimeOffset ExpiresAt);

/// <summary>Reasons to acknowledge or suppress.</summary>
public static class TriageReasons
{
    /// <summary>Will be mended.</summary>
    public const string PendingFix = "pending-fix";

    /// <summary>Is as it should be.</summary>
    public const string FalsePositive = "false-positive";

    /// <summary>Known and borne.</summary>
    public const string RiskAccepted = "risk-accepted";

    /// <summary>Another finding says the same.</summary>
    public const string Duplicate = "duplicate";

    /// <summary>Something else; the comment says.</summary>
    public const string Other = "other";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [PendingFix, FalsePositive, RiskAccepted, Duplicate, Other];
}

/// <summary>States of a finding.</summary>
public static class FindingStates
{
    /// <summary>Seen once, or not yet past the grace period.</summary>
    public const string Suspected = "suspected";

    /// <summary>Seen by a second look past the grace period.</summary>
    public const string Open = "open";

    /// <summary>Somebody has seen it and said so.</summary>
    public const string Acknowledged = "acknowledged";

    /// <summary>Not to be shown until it expires.</summary>
    public const string Suppressed = "suppressed";

    /// <summary>A complete look no longer shows it.</summary>
    public const string Resolved = "resolved";

    /// <summary>Was resolved, and is there again.</summary>
    public const string Regressed = "regressed";
}
