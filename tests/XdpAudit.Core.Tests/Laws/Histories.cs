using CsCheck;

namespace XdpAudit.Core.Tests;

/// <summary>Holds laws against histories, and finds the shortest that breaks one.</summary>
internal static class Histories
{
    private const int Number = 400;
    private const ulong Seed = 20260301;

    /// <summary>Histories that have broken a law, by the seeds that CsCheck printed.</summary>
    private static readonly string[] Broke = ["8mtisr0zzkN2", "fp5Zk7NBx582"];

    /// <summary>
    /// The same histories at every run, each named by its number or seed. CsCheck_Iter asks for others besides, of seeds that a failure prints.
    /// </summary>
    internal static void Check(Action<History> law, Func<IReadOnlyList<Step>, History> live)
    {
        var chosen = Enumerable.Range(0, Number).Select(n => ($"{n} of seed {Seed}", new PCG((uint)n, Seed)));
        foreach (var (name, from) in chosen.Concat(Broke.Select(s => ($"of CsCheck_Seed={s}", PCG.Parse(s)))))
        {
            var steps = Step.Histories.Generate(from, null, out _);
            try
            {
                law(live(steps));
            }
            catch (Exception cause)
            {
                throw new InvalidOperationException($"history {name}: {Shortest(s => law(live(s)), steps)}", cause);
            }
        }

        if (Environment.GetEnvironmentVariable("CsCheck_Iter") is not null)
        {
            Step.Histories.Sample(steps => law(live(steps)), print: steps => Shortest(s => law(live(s)), steps));
        }
    }

    internal static void Same(IEnumerable<string> expected, IEnumerable<string> actual)
    {
        var (wanted, found) = (expected.ToList(), actual.ToList());
        Assert.True(
            wanted.SequenceEqual(found),
            $"missing:\n  {string.Join("\n  ", wanted.Except(found))}\nnot expected:\n  {string.Join("\n  ", found.Except(wanted))}");
    }

    private static string Shortest(Action<IReadOnlyList<Step>> law, IReadOnlyList<Step> steps)
    {
        var (shortest, why) = (steps, "");
        for (var i = 0; i < shortest.Count;)
        {
            IReadOnlyList<Step> shorter = [.. shortest.Where((_, n) => n != i)];
            try
            {
                law(shorter);
                i++;
            }
            catch (Exception e)
            {
                (shortest, why, i) = (shorter, e.Message, 0);
            }
        }

        return $"[\n{string.Join(",\n", shortest)}]\n{why}";
    }
}
