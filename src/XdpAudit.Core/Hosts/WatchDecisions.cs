namespace XdpAudit.Core;

/// <summary>Says what a look covered, when that is news.</summary>
internal static class WatchDecisions
{
    /// <summary>A look that found the same as the last is told at most once in this time.</summary>
    internal static readonly TimeSpan Heartbeat = TimeSpan.FromHours(1);

    /// <summary>Tells of the look.</summary>
    /// <param name="look">The look.</param>
    /// <param name="otherLoads">Loads out of scope that were heard before it, by type.</param>
    internal static void Completed(Look look, IReadOnlyList<LoadCount> otherLoads)
    {
        var (seen, watch) = (look.Seen, look.Known.Watch);
        var counts = ObservationCounts.Of(seen);
        var same = otherLoads.Count == 0 && watch is { Coverage: { } coverage, LookedAt: { } last } && watch.Counts == counts && Same(coverage, seen.Coverage)
            && seen.FinishedAt - last is var since && since >= TimeSpan.Zero && since < Heartbeat;
        if (!same)
        {
            look.TellOurselves(
                new ObservationCompleted(seen.Host, seen.Id, seen.StartedAt, seen.Coverage, counts, otherLoads.Count == 0 ? null : otherLoads),
                Occurrence.Exactly(seen.FinishedAt));
        }
    }

    private static bool Same(Coverage a, Coverage b) => a.Parts().Zip(b.Parts()).All(p =>
        p.First.Part.Complete == p.Second.Part.Complete
        && p.First.Part.Method == p.Second.Part.Method
        && p.First.Part.Gaps.Select(g => g.What).Order(StringComparer.Ordinal).SequenceEqual(p.Second.Part.Gaps.Select(g => g.What).Order(StringComparer.Ordinal)));
}
