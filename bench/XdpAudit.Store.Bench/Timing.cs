using System.Diagnostics;

namespace XdpAudit.Store.Bench;

/// <summary>Figures of one way of doing a thing.</summary>
/// <param name="PerSecond">Events a second.</param>
/// <param name="Median">Half of the calls took at most so long.</param>
/// <param name="Worst">99 of 100 calls took at most so long.</param>
internal sealed record Timing(double PerSecond, TimeSpan Median, TimeSpan Worst)
{
    /// <summary>Runs a call again and again for a time, after a warm-up that does not count.</summary>
    internal static async Task<Timing> OfAsync(int events, TimeSpan lasting, Func<Task> call)
    {
        for (var i = 0; i < 5; i++)
        {
            await call();
        }

        var each = new List<TimeSpan>();
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < lasting)
        {
            var one = Stopwatch.GetTimestamp();
            await call();
            each.Add(Stopwatch.GetElapsedTime(one));
        }

        var total = Stopwatch.GetElapsedTime(start);
        each.Sort();
        return new(each.Count * events / total.TotalSeconds, each[each.Count / 2], each[(int)(each.Count * 0.99)]);
    }

    public override string ToString() => FormattableString.Invariant($"{PerSecond,9:F0} ev/s   p50 {Median.TotalMilliseconds,8:F2} ms   p99 {Worst.TotalMilliseconds,8:F2} ms");
}
