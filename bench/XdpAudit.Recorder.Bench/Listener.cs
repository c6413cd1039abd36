using System.Diagnostics;

namespace XdpAudit.Recorder.Bench;

/// <summary>Listens to a sensor as the auditor does, and counts what it hears of one program tag.</summary>
internal sealed class Listener : IAsyncDisposable
{
    private readonly ISensor _sensor;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, HashSet<uint>> _loads = [];
    private readonly Dictionary<string, HashSet<uint>> _unloads = [];
    private readonly Dictionary<uint, HashSet<uint>> _links = [];
    private readonly HashSet<uint> _lettingGo = [];
    private readonly Lock _turn = new();
    private Task _listening = Task.CompletedTask;

    private Listener(ISensor sensor) => _sensor = sensor;

    /// <summary>Notices of all kinds.</summary>
    internal long Heard { get; private set; }

    /// <summary>Notices that the sensor says it lost; those it cannot count are one each.</summary>
    internal ulong Lost { get; private set; }

    /// <summary>What the sensor said of itself when it was started.</summary>
    internal SensorStatus Status { get; private set; } = new() { Tiers = [] };

    internal static async Task<Listener> StartAsync(ISensor sensor)
    {
        var listener = new Listener(sensor);
        listener.Status = await sensor.StartAsync(CancellationToken.None);
        listener._listening = Task.Run(listener.ListenAsync);
        return listener;
    }

    /// <summary>Waits until as many loads and unloads were heard, or two seconds; how many it were.</summary>
    internal async Task<(int Loads, int Unloads)> HeardOfAsync(string tag, int expected)
    {
        for (var start = Stopwatch.GetTimestamp(); ; await Task.Delay(10)) // another task listens; the wait is no part of a figure
        {
            lock (_turn)
            {
                var heard = (Of(_loads, tag).Count, Of(_unloads, tag).Count);
                if ((heard.Item1 >= expected && heard.Item2 >= expected) || Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(2))
                {
                    return heard;
                }
            }
        }
    }

    /// <summary>How many links of a program it heard of, and of how many of them that the last descriptor was closed.</summary>
    internal (int Created, int LetGo) HeardOfLinks(uint program)
    {
        lock (_turn)
        {
            var created = Of(_links, program);
            return (created.Count, created.Count(_lettingGo.Contains));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _listening;
        await _sensor.DisposeAsync();
        _stop.Dispose();
    }

    private async Task ListenAsync()
    {
        try
        {
            while (true)
            {
                await _sensor.WaitAsync(_stop.Token);
                Take(await _sensor.DrainAsync(_stop.Token));
            }
        }
        catch (OperationCanceledException)
        {
            // The round is over.
        }
    }

    private void Take(IReadOnlyList<KernelNotice> notices)
    {
        lock (_turn)
        {
            Heard += notices.Count;
            foreach (var notice in notices)
            {
                switch (notice)
                {
                    case ProgramLoadNotice { Tag: { } tag } load:
                        Of(_loads, tag.Value).Add(load.Id.Value);
                        break;
                    case ProgramUnloadNotice { Tag: { } tag } unload:
                        Of(_unloads, tag.Value).Add(unload.Id.Value);
                        break;
                    case LinkCreateNotice link:
                        Of(_links, link.Program.Value).Add(link.Id.Value);
                        break;
                    case DescriptorCloseNotice { Held: ObjectKind.Link, Last: true } close:
                        _lettingGo.Add(close.HeldId);
                        break;
                    case LossNotice loss:
                        Lost += loss.Count ?? 1;
                        break;
                }
            }
        }
    }

    private static HashSet<uint> Of<T>(Dictionary<T, HashSet<uint>> ids, T of)
        where T : notnull => ids.TryGetValue(of, out var found) ? found : ids[of] = [];
}
