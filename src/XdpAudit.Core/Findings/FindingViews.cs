namespace XdpAudit.Core;

/// <summary>Findings in the words of the API.</summary>
public static class FindingViews
{
    /// <summary>A finding at a moment.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="lastSeen">When a look last showed it, UTC; null for what is recorded.</param>
    /// <param name="now">The moment, UTC.</param>
    public static FindingView Of(FindingState finding, DateTimeOffset? lastSeen, DateTimeOffset now) => new()
    {
        Id = finding.Id,
        Rule = finding.Candidate.Rule,
        Severity = finding.Candidate.Severity,
        Status = finding.Status,
        Subject = finding.Candidate.Subject,
        FirstSeen = finding.FirstSeen,
        LastSeen = lastSeen ?? finding.LastSeen,
        AgeSeconds = Math.Max(0, (long)((finding.Ended?.Occurred.Latest() ?? now) - finding.Candidate.Since).TotalSeconds),
        Cost = finding.Candidate.Cost,
        Holders = finding.Candidate.Holders,
        Evidence = finding.Candidate.Evidence,
        Summary = finding.Candidate.Summary,
        Remedy = finding.Candidate.Remedy,
        Doubt = finding.Candidate.Doubt,
        Triage = finding.Triage,
        ResolvedAt = finding.Ended?.Occurred.Latest(),
    };
}
