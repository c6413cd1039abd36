using System.Diagnostics;
using System.Text.Json;

namespace XdpAudit.Recorder.Bench;

/// <summary>What one round measured. Times are nanoseconds.</summary>
/// <param name="Tag">The tag of all its programs; no other process has one with it.</param>
/// <param name="Loads">How long each load took, in ascending order.</param>
/// <param name="Closes">How long each close took, in ascending order.</param>
/// <param name="PerSecond">Loads and closes in a second.</param>
/// <param name="Links">Of the links.</param>
/// <param name="Prices">What a system call costs, by its name: the mean of each of 200 runs, in ascending order.</param>
internal sealed record Measured(string Tag, double[] Loads, double[] Closes, double PerSecond, MeasuredLinks Links, Dictionary<string, double[]> Prices);

/// <summary>The watched side, in a process of its own: no collector and no listener of ours runs in it.</summary>
internal static class Workload
{
    internal const int WarmUp = 300;
    private const int Runs = 200;
    private const int CallsInARun = 500;

    /// <summary>Does it and writes a <see cref="Measured"/> as one line to standard output.</summary>
    internal static void Run(int loads, int links) => Console.WriteLine(JsonSerializer.Serialize(Storm(loads) with { Links = LinkStorm.Run(links), Prices = Prices() }));

    private static Measured Storm(int loads)
    {
        var program = new BpfProgram(Environment.ProcessId);
        string tag = "";
        for (var i = 0; i < WarmUp; i++)
        {
            var fd = program.Load();
            tag = BpfProgram.Info(fd).Tag;
            _ = Calls.Close(fd);
        }

        var load = new double[loads];
        var close = new double[loads];
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < loads; i++)
        {
            var a = Stopwatch.GetTimestamp();
            var fd = program.Load();
            var b = Stopwatch.GetTimestamp();
            _ = Calls.Close(fd);
            var c = Stopwatch.GetTimestamp();
            load[i] = b - a;
            close[i] = c - b;
        }

        var took = Stopwatch.GetElapsedTime(start);
        return new(tag, Ascending(load), Ascending(close), loads / took.TotalSeconds, new(0, [], []), []);
    }

    private static Dictionary<string, double[]> Prices()
    {
        using var sockets = new DatagramPair();
        using var sink = new NullDevice();
        return new()
        {
            ["getppid"] = Price(static () => _ = Calls.GetPpid()),
            ["write /dev/null"] = Price(sink.Write),
            ["open+close /dev/null"] = Price(NullDevice.OpenClose),
            ["unix send+recv"] = Price(sockets.There),
        };
    }

    private static double[] Price(Action call)
    {
        var each = new double[Runs];
        for (var run = -20; run < Runs; run++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < CallsInARun; i++)
            {
                call();
            }

            // Runs below zero warm up.
            each[Math.Max(run, 0)] = (Stopwatch.GetTimestamp() - start) / (double)CallsInARun;
        }

        return Ascending(each);
    }

    internal static double[] Ascending(double[] ticks)
    {
        var nanoseconds = 1e9 / Stopwatch.Frequency;
        return [.. ticks.Order().Select(t => t * nanoseconds)];
    }
}
