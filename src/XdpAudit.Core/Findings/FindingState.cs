namespace XdpAudit.Core;

/// <summary>A finding's life: suspected, open, perhaps triaged, resolved, perhaps back.</summary>
public sealed record FindingState : SubjectState
{
    /// <summary>Its fingerprint.</summary>
    public required FindingId Id { get; init; }

    /// <summary>One of <see cref="FindingStates"/>.</summary>
    public required string Status { get; init; }

    /// <summary>What the detector said last.</summary>
    public required LeakCandidate Candidate { get; init; }

    /// <summary>When it was first suspected, UTC.</summary>
    public required DateTimeOffset FirstSeen { get; init; }

    /// <summary>When a recorded event last confirmed it, UTC.</summary>
    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>It was more than suspected, now or before.</summary>
    public bool Opened { get; init; }

    /// <summary>It was open once and resolved: if it opens again, it has regressed.</summary>
    public bool Before { get; init; }

    /// <summary>The word on it; null if none.</summary>
    public TriageView? Triage { get; init; }
}

/// <summary>What each event means for the finding it names.</summary>
internal static class FindingFold
{
    internal static FindingState? Fold(FindingState? state, JournalEntry entry) => entry.Event switch
    {
        FindingSuspected e => new()
        {
            FirstPosition = state?.FirstPosition ?? entry.Position,
            LastPosition = entry.Position,
            Id = e.Id,
            Status = FindingStates.Suspected,
            Candidate = e.Candidate,
            FirstSeen = e.Occurred.Latest(),
            LastSeen = e.Occurred.Latest(),
            Before = state is { Opened: true },
            Opened = state is { Opened: true },
        },
        _ when state is null => null,
        FindingOpened e => Seen(state, FindingStates.Open, e.Candidate, entry),
        FindingRegressed e => Seen(state, FindingStates.Regressed, e.Candidate, entry) with { Triage = null },
        FindingRevised e => Seen(state, state.Status, e.Candidate, entry),
        FindingAcknowledged e => state with { Status = FindingStates.Acknowledged, Triage = Word(e.Reason, e.Comment, e.ExpiresAt, entry) },
        FindingSuppressed e => state with { Status = FindingStates.Suppressed, Triage = Word(e.Reason, e.Comment, e.ExpiresAt, entry) },
        FindingResolved e => state with { Status = FindingStates.Resolved, Ended = HeldFold.End(entry, e.Why) },
        _ => state,
    };

    private static FindingState Seen(FindingState state, string status, LeakCandidate candidate, JournalEntry entry) =>
        state with { Status = status, Candidate = candidate, LastSeen = entry.Event.Occurred.Latest(), Ended = null, Opened = true };

    private static TriageView Word(string reason, string comment, DateTimeOffset expires, JournalEntry entry) => new(
        entry.Event.Actor is Actor.Process p ? p.Identity : new ProcessIdentity { Pid = 0 },
        reason,
        comment,
        entry.Event.Occurred.Latest(),
        expires);
}
