using System.Diagnostics;

namespace XdpAudit.FlightRecorder.Tests;

/// <summary>A recorder of the perf tier alone, and what it told so far. The host is not ours alone: a test looks for what it did itself.</summary>
internal sealed class Recorder : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    internal Recorder(int pages = 256)
    {
        Own = new();
        Actors = new();
        Sensor = new(Own, Actors, [new PerfTier(pages, Own, Actors)]);
    }

    internal OwnObjects Own { get; }

    internal ActorReader Actors { get; }

    internal FlightRecorderSensor Sensor { get; }

    internal List<KernelNotice> Heard { get; } = [];

    internal static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Drains as the auditor does, until something is heard.</summary>
    internal async Task<T> UntilAsync<T>(Func<T, bool> isIt) where T : KernelNotice
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(Patience);
        while (true)
        {
            Heard.AddRange(await Sensor.DrainAsync(limit.Token));
            if (Heard.OfType<T>().FirstOrDefault(isIt) is { } found)
            {
                return found;
            }

            await Sensor.WaitAsync(limit.Token);
        }
    }

    internal static int Pid(KernelNotice notice) => notice.Actor is Actor.Process { Identity.Pid: var pid } ? pid : -1;

    internal static async Task UntilAsync(Func<bool> isSo)
    {
        var since = Stopwatch.StartNew();
        while (!isSo())
        {
            Assert.True(since.Elapsed < Patience, "it did not become so");
            await Task.Delay(10, Cancel); // the kernel and /proc tell nobody when it is so
        }
    }

    /// <summary>Loads a program and lets it go, so many times, by the system call alone.</summary>
    internal static List<uint> Storm(int times)
    {
        var ids = new List<uint>(times);
        for (var i = 0; i < times; i++)
        {
            using var program = KernelPrograms.TryLoadPass("xa_storm"u8, out var errno);
            Assert.True(program is not null, $"loading: errno {errno}");
            Assert.True(KernelPrograms.TryId(program, out var id));
            ids.Add(id);
        }

        return ids;
    }

    public ValueTask DisposeAsync() => Sensor.DisposeAsync();
}
