using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace XdpAudit.Agent;

/// <summary>
/// Listens to the sensors all the time, also while nothing can be recorded, and keeps what they heard until a look has dealt with it. Says when
/// there is something worth a look.
/// </summary>
internal sealed class SensorFeed(IReadOnlyDictionary<string, ISensor> sensors, Spools spools, Func<bool> journalAway, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    /// <summary>More than this is kept on disk: in a storm looks do not keep up with what is heard.</summary>
    private const int InMemory = 50_000;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, ISensor> _live = new(sensors);
    private readonly Dictionary<string, SensorStatus> _status = [];
    private readonly SemaphoreSlim _one = new(1);
    private readonly SemaphoreSlim _worth = new(0, 1);
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _lock = new();
    private List<Heard> _waiting = [];
    private List<Heard> _taken = [];
    private List<JournalEvent> _faults = [];
    private Task[] _listening = [];

    /// <summary>What each sensor can see.</summary>
    internal IReadOnlyDictionary<string, SensorStatus> Status
    {
        get
        {
            lock (_lock)
            {
                return new Dictionary<string, SensorStatus>(_status);
            }
        }
    }

    /// <summary>Starts them all, and returns what they can see. From here on nothing is missed without saying so.</summary>
    internal async Task<IReadOnlyDictionary<string, SensorStatus>> StartAsync(CancellationToken cancellation)
    {
        spools.Open(sensors.Keys);
        foreach (var (id, sensor) in sensors)
        {
            if (await AskAsync(id, "starting", () => sensor.StartAsync(cancellation)) is { } status)
            {
                lock (_lock)
                {
                    _status[id] = status;
                }
            }
        }

        _listening = [.. _live.Select(s => Task.Run(() => ListenAsync(s.Key, s.Value), CancellationToken.None))];
        return Status;
    }

    /// <summary>
    /// Everything heard up to now that no look has dealt with, and what went wrong with sensors meanwhile. While there is much on disk, that comes
    /// first and in parts: what was heard since then waits there too.
    /// </summary>
    internal async Task<(IReadOnlyList<Heard> Heard, IReadOnlyList<JournalEvent> Faults)> TakeAsync()
    {
        foreach (var (id, sensor) in _live)
        {
            await DrainAsync(id, sensor);
        }

        lock (_lock)
        {
            var (kept, more) = spools.Peek();
            if (more)
            {
                spools.Append(_waiting);
                _waiting = [];
                SignalWorth();
            }

            var (heard, faults) = (kept.Count == 0 ? _waiting : [.. kept, .. _waiting], _faults);
            _taken = _waiting;
            (_waiting, _faults) = ([], []);
            return (heard, faults);
        }
    }

    /// <summary>What was taken last waits for a journal that is away: on disk, until it is accepted.</summary>
    internal void Hold()
    {
        lock (_lock)
        {
            spools.Hold(_taken);
            _taken = [];
        }
    }

    /// <summary>What was taken last is in the journal.</summary>
    internal void Accept()
    {
        lock (_lock)
        {
            _taken = [];
            spools.Remove();
        }
    }

    /// <summary>Puts back what is still of use.</summary>
    internal void PutBack(IReadOnlyList<Heard> heard)
    {
        lock (_lock)
        {
            _waiting.InsertRange(0, heard);
        }
    }

    /// <summary>Ends when something was heard that is worth a look.</summary>
    internal Task WorthALookAsync(CancellationToken cancellation) => _worth.WaitAsync(cancellation);

    /// <summary>Makes every hook fire, and returns the sensors that see otherwise than before.</summary>
    internal async Task<IReadOnlyList<(string Sensor, SensorStatus Before, SensorStatus Now)>> TestAsync(CancellationToken cancellation)
    {
        var changed = new List<(string, SensorStatus, SensorStatus)>();
        foreach (var (id, sensor) in _live)
        {
            if (await AskAsync(id, "testing itself", () => sensor.TestAsync(cancellation)) is { } now)
            {
                lock (_lock)
                {
                    if (_status.TryGetValue(id, out var before) && !SensorNews.Same(before, now))
                    {
                        changed.Add((id, before, now));
                    }

                    _status[id] = now;
                }
            }
        }

        return changed;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_listening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var sensor in sensors.Values)
        {
            await sensor.DisposeAsync();
        }

        spools.Dispose();
        _end.Dispose();
        _one.Dispose();
        _worth.Dispose();
    }

    private async Task ListenAsync(string id, ISensor sensor)
    {
        while (!_end.IsCancellationRequested && _live.ContainsKey(id))
        {
            if (await TryAsync(id, "waiting", async () => { await sensor.WaitAsync(_end.Token); return true; }))
            {
                await DrainAsync(id, sensor);
            }
        }
    }

    // Draining and keeping are one: whoever asks next must find here what another's drain has taken.
    private async Task DrainAsync(string id, ISensor sensor) => await AskAsync(id, "giving what it heard", async () =>
    {
        var notices = await sensor.DrainAsync(CancellationToken.None);
        if (notices.Count > 0)
        {
            Keep(id, notices);
        }

        return notices;
    });

    private void Keep(string id, IReadOnlyList<KernelNotice> notices)
    {
        lock (_lock)
        {
            _waiting.AddRange(notices.Select(n => new Heard(id, n)));
            if (journalAway() || _waiting.Count > InMemory)
            {
                spools.Append(_waiting);
                _waiting = [];
            }

            if (notices.Any(IsWorthALook))
            {
                SignalWorth();
            }
        }
    }

    private void SignalWorth()
    {
        if (_worth.CurrentCount == 0)
        {
            _worth.Release();
        }
    }

    // What we do ourselves is looked at by those who do it, and the closes of a look must not lead to the next.
    private static bool IsWorthALook(KernelNotice notice) => notice switch
    {
        DescriptorCloseNotice n => n.Last && !IsOurs(n),
        ProcessExitNotice n => !IsOurs(n),
        ProgramLoadNotice { Type: not (null or "xdp" or "ext") } => false,
        _ => true,
    };

    private static bool IsOurs(KernelNotice notice) => notice.Actor is Actor.Process { Identity.Pid: var pid } && pid == Environment.ProcessId;

    private async Task<T?> AskAsync<T>(string id, string during, Func<Task<T>> call)
        where T : class
    {
        await _one.WaitAsync();
        try
        {
            T? answer = null;
            await TryAsync(id, during, async () => (answer = await call().WaitAsync(Deadline, time)) is not null);
            return answer;
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<bool> TryAsync(string id, string during, Func<Task<bool>> call)
    {
        try
        {
            return await call();
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            return false;
        }
#pragma warning disable CA1031 // whatever goes wrong in a sensor is a fault of the plugin: the watching goes on without it, and says so
        catch (Exception cause)
#pragma warning restore CA1031
        {
            logger.PluginFailed(id, during, cause);
            lock (_lock)
            {
                _live.TryRemove(id, out _);
                _status.Remove(id);
                _faults.Add(new PluginFaulted(id, during, $"{cause.GetType().Name}: {cause.Message}"));
            }

            return false;
        }
    }
}
