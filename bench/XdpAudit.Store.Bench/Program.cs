using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using XdpAudit.Store;
using XdpAudit.Store.Bench;

// Measures the store against PostgreSQL by hand, in one run on one private cluster. Ratios are the point: absolute figures are the machine's.
var seconds = args.Length > 0 ? double.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : 4;
var directory = Path.Combine(Path.GetTempPath(), $"xdpaudit-bench-{Environment.ProcessId}");
#pragma warning disable RS0030 // a benchmark is a program for the terminal
var say = Console.Out;
#pragma warning restore RS0030
try
{
    var store = await OpenAsync();
    await using var bench = new StoreBench(store, say, TimeSpan.FromSeconds(seconds));
    if (args.Length < 2)
    {
        await bench.AppendAsync();
        await bench.ReadModelsAsync();
    }

    await bench.RebuildAsync();
    await bench.PastAsync();
    await bench.IdleAsync();
    await store.DisposeAsync();
    var start = Stopwatch.GetTimestamp();
    await using var again = await OpenAsync();
    var opened = Stopwatch.GetElapsedTime(start);
    await again.HostJournal.AppendAsync(await again.HostJournal.PositionAsync(CancellationToken.None), Sample.Batch(1, 1, 100), Sample.Moment, CancellationToken.None);
    await say.WriteLineAsync(FormattableString.Invariant($"second start, in this process: open {opened.TotalMilliseconds:F0} ms, first append after {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F0} ms"));
}
finally
{
    Directory.Delete(directory, true);
}

Task<AuditStore> OpenAsync() =>
    AuditStore.OpenAsync(new() { DataDirectory = directory }, Sample.Host, NullLoggerFactory.Instance, TimeProvider.System, CancellationToken.None);
