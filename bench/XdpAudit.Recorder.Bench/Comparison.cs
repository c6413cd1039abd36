using System.Diagnostics;
using System.Text.Json;

namespace XdpAudit.Recorder.Bench;

/// <summary>
/// Rounds without and with a sensor, in turn and each time in the other order: what the machine does beside it meets both alike. The ratio is the
/// median of the ratios of the rounds.
/// </summary>
internal static class Comparison
{
    private sealed record Round(Measured Without, Measured With);

    private sealed record Heard(int Loads, int Unloads, int Created, int LetGo, ulong Lost, long Notices, TimeSpan Cpu);

    internal static async Task<int> RunAsync(ISensorSource source, int count, int loads, int links)
    {
        var rounds = new List<Round>();
        var heard = new List<Heard>();
        for (var i = 0; i < count; i++)
        {
            if (i % 2 == 0)
            {
                var without = await WorkAsync(loads, links);
                rounds.Add(new(without, await WithAsync(source, loads, links, heard)));
            }
            else
            {
                var with = await WithAsync(source, loads, links, heard);
                rounds.Add(new(await WorkAsync(loads, links), with));
            }
        }

        Print(source.Name, rounds, loads);
        if (heard.Count > 0)
        {
            Console.WriteLine(
                $"heard {heard.Sum(h => h.Loads)} of {loads * count} loads, {heard.Sum(h => h.Unloads)} of {loads * count} unloads, "
                + $"{heard.Sum(h => h.Created)} of {links * count} links made and {heard.Sum(h => h.LetGo)} let go, {heard.Sum(h => (long)h.Lost)} lost; "
                + $"{heard.Sum(h => h.Notices)} notices, {heard.Sum(h => h.Cpu.TotalMilliseconds) * 1000 / heard.Sum(h => h.Notices):F1} us of the listener's processor each");
        }

        return 0;
    }

    private static async Task<Measured> WithAsync(ISensorSource source, int loads, int links, List<Heard> heard)
    {
        if (source.Create() is not { } sensor)
        {
            return await WorkAsync(loads, links);
        }

        await using var listener = await Listener.StartAsync(sensor);
        if (heard.Count == 0)
        {
            foreach (var tier in listener.Status.Tiers)
            {
                Console.WriteLine($"{tier.Name}: {tier.State}{(tier.Why.Length > 0 ? ", " + tier.Why : "")}; {string.Join(", ", tier.Hooks.Select(h => $"{h.Name} {h.State}"))}");
            }
        }

        var cpu = Environment.CpuUsage.TotalTime;
        var before = listener.Heard;
        var measured = await WorkAsync(loads, links);

        // Those of the warm-up are of the same tag, and are heard too.
        var (loaded, unloaded) = await listener.HeardOfAsync(measured.Tag, loads + Workload.WarmUp);
        var (created, letGo) = listener.HeardOfLinks(measured.Links.Program);
        heard.Add(new(loaded - Workload.WarmUp, unloaded - Workload.WarmUp, created, letGo, listener.Lost, listener.Heard - before, Environment.CpuUsage.TotalTime - cpu));
        return measured;
    }

    private static async Task<Measured> WorkAsync(int loads, int links)
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["work", $"{loads}", $"{links}"]) { RedirectStandardOutput = true })!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<Measured>(said)!
            : throw new InvalidOperationException($"the workload ended with {process.ExitCode}");
    }

    private static void Print(string name, List<Round> rounds, int loads)
    {
        Console.WriteLine($"{rounds.Count} rounds of {loads} loads each side; times in us, min/median; ratio of min/median with {name} to without");
        Console.WriteLine($"{"",-24} {"without",19} {"with " + name,22} {"ratio min",10} {"median",7}");
        Row("load", r => r.Loads);
        Row("close", r => r.Closes);
        Row("create a link", r => r.Links.Creates);
        Row("close a link", r => r.Links.Closes);
        foreach (var call in rounds[0].Without.Prices.Keys)
        {
            Row(call, r => r.Prices[call]);
        }

        Console.WriteLine($"{"loads a second",-24} {Median(rounds.Select(r => r.Without.PerSecond)),19:F0} {Median(rounds.Select(r => r.With.PerSecond)),22:F0} "
            + $"{"",10} {Median(rounds.Select(r => r.With.PerSecond / r.Without.PerSecond)),7:F3}");

        void Row(string what, Func<Measured, double[]> times)
        {
            if (times(rounds[0].With).Length == 0)
            {
                return; // --links 0
            }

            var (a, b) = (Pair(rounds.Select(r => times(r.Without))), Pair(rounds.Select(r => times(r.With))));
            Console.WriteLine(
                $"{what,-24} {a.Min,9:F3}/{a.Median,-9:F3} {b.Min,12:F3}/{b.Median,-9:F3} {b.Min / a.Min,10:F3} "
                + $"{Median(rounds.Select(r => Median(times(r.With)) / Median(times(r.Without)))),7:F3}");
        }
    }

    private static (double Min, double Median) Pair(IEnumerable<double[]> rounds)
    {
        var all = rounds.ToList();
        return (all.Min(t => t.Min()) / 1000, Median(all.Select(Median)) / 1000);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
