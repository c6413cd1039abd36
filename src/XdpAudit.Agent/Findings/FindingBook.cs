namespace XdpAudit.Agent;

/// <summary>The findings that are known, and when each was last seen. Changed under the agent's turn, read at any time.</summary>
internal sealed class FindingBook
{
    private volatile Dictionary<FindingId, FindingState> _known = [];
    private volatile Dictionary<FindingId, DateTimeOffset> _lastSeen = [];

    internal IReadOnlyDictionary<FindingId, FindingState> Known => _known;

    internal int Open => _known.Values.Count(f => f.Status is FindingStates.Open or FindingStates.Regressed);

    internal void Load(IEnumerable<FindingState> findings) => _known = findings.ToDictionary(f => f.Id);

    internal void Fold(IReadOnlyList<JournalEntry> entries)
    {
        var next = new Dictionary<FindingId, FindingState>(_known);
        foreach (var entry in entries.Where(e => e.Event is FindingEvent))
        {
            var id = ((FindingEvent)entry.Event).Id;
            if (Subjects.Fold(next.GetValueOrDefault(id), entry.Event.Subjects[0], entry) is FindingState state)
            {
                next[id] = state;
            }
        }

        _known = next;
    }

    internal void Seen(IEnumerable<FindingId> ids, DateTimeOffset at)
    {
        var next = new Dictionary<FindingId, DateTimeOffset>(_lastSeen);
        foreach (var id in ids)
        {
            next[id] = at;
        }

        _lastSeen = next;
    }

    /// <summary>Does time alone change a finding: one that waits for its grace period, or a word that expires?</summary>
    internal bool Waits(DateTimeOffset now) => _known.Values.Any(f =>
        f is { Ended: null } && (f.Status == FindingStates.Suspected || f.Triage?.ExpiresAt <= now));

    /// <summary>A look that showed nothing new shows all that was shown.</summary>
    internal void SeenAgain(DateTimeOffset at) => Seen(_known.Values.Where(f => f.Ended is null).Select(f => f.Id), at);

    internal FindingView View(FindingState finding, DateTimeOffset now) =>
        FindingViews.Of(finding, _lastSeen.TryGetValue(finding.Id, out var seen) ? seen : null, now);
}
