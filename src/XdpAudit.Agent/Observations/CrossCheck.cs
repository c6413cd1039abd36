namespace XdpAudit.Agent;

/// <summary>
/// Has the kernel list its objects in two ways, now and then, and again soon when they differ: what differs both times is said, once.
/// </summary>
internal sealed class CrossCheck(IObserver observer, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    private readonly HashSet<(string, uint)> _said = [];
    private HashSet<(string, uint)> _suspected = [];
    private long? _last;

    /// <summary>What differs and did so the last time; nothing when it is not time.</summary>
    internal async Task<IReadOnlyList<EnumerationDifference>> LookAsync()
    {
        if (observer is not IEnumerationCheck check || (_suspected.Count == 0 && _last is { } last && time.GetElapsedTime(last) < Every))
        {
            return [];
        }

        _last = time.GetTimestamp();
        var differences = await Task.Run(check.Compare);
        var now = differences.SelectMany(d => d.OnlyByIterator.Concat(d.OnlyByWalk), (d, id) => (d.What, id)).ToHashSet();
        var confirmed = now.Where(n => _suspected.Contains(n) && _said.Add(n)).ToHashSet();
        _suspected = [.. now.Where(n => !_said.Contains(n))];
        _said.IntersectWith(now);
        return [.. differences.Select(d => d with { OnlyByIterator = Of(d, d.OnlyByIterator), OnlyByWalk = Of(d, d.OnlyByWalk) }).Where(d => d.OnlyByIterator.Count + d.OnlyByWalk.Count > 0)];

        IReadOnlyList<uint> Of(EnumerationDifference d, IReadOnlyList<uint> ids) => [.. ids.Where(id => confirmed.Contains((d.What, id)))];
    }
}
