namespace XdpAudit.Core;

/// <summary>Says what a look covered, when that is news.</summary>
internal static class WatchDecisions
{
    /// <summary>A look that found the same as the last is told at most once in this time.</summary>
    internal static readonly TimeSpan Heartbeat = TimeSpan.FromHours(1);

    internal static void Completed(Look look)
    {
        var (seen, watch) = (look.Seen, look.Known.Watch);
        var counts = ObservationCounts.Of(seen);
        var same = watch is { Coverage: { } coverage, LookedAt: { } last } && watch.Counts == counts && Same(coverage, seen.Coverage)
            && seen.FinishedAt - last is var since && since >= TimeSpan.Zero && since < Heartbeat;
        if (!same)
        {
            look.TellOurselves(
                new ObservationCompleted(seen.Host, seen.Id, seen.StartedAt, seen.Coverage, counts),
                Occurrence.Exactly(seen.FinishedAt));
        }
    }

    private static bool Same(Coverage a, Coverage b) => a.Parts().Zip(b.Parts()).All(p =>
        p.First.Part.Complete == p.Second.Part.Complete
        && p.First.Part.Method == p.Second.Part.Method
        && p.First.Part.Gaps.Select(g => g.What).Order(StringComparer.Ordinal).SequenceEqual(p.Second.Part.Gaps.Select(g => g.What).Order(StringComparer.Ordinal)));
}
