namespace XdpAudit.Core;

/// <summary>An event about a finding. In the server's journal.</summary>
public abstract record FindingEvent(FindingId Id) : JournalEvent
{
    /// <summary>The prefix of a finding's key.</summary>
    public const string Kind = "finding";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [$"{Kind}/{Id}"];
}

/// <summary>A detector named it for the first time; too early to call it so.</summary>
public sealed record FindingSuspected(FindingId Id, string Detector, LeakCandidate Candidate) : FindingEvent(Id);

/// <summary>A second look past the grace period shows it.</summary>
public sealed record FindingOpened(FindingId Id, LeakCandidate Candidate) : FindingEvent(Id);

/// <summary>It is still there, and what holds it or what to do is different.</summary>
public sealed record FindingRevised(FindingId Id, LeakCandidate Candidate) : FindingEvent(Id);

/// <summary>Somebody has seen it.</summary>
public sealed record FindingAcknowledged(FindingId Id, string Reason, string Comment, DateTimeOffset ExpiresAt) : FindingEvent(Id);

/// <summary>Somebody wants it out of sight for a time.</summary>
public sealed record FindingSuppressed(FindingId Id, string Reason, string Comment, DateTimeOffset ExpiresAt) : FindingEvent(Id);

/// <summary>A look that was complete for what it needs no longer shows it.</summary>
public sealed record FindingResolved(FindingId Id, string Why) : FindingEvent(Id);

/// <summary>It was resolved, or the word on it expired, and it is there.</summary>
public sealed record FindingRegressed(FindingId Id, LeakCandidate Candidate, string Why) : FindingEvent(Id);
