using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace XdpAudit.Agent;

/// <summary>
/// Listens to the sensors all the time, also while nothing can be recorded, and keeps what they heard until a look has dealt with it. Says when
/// there is something worth a look.
/// </summary>
internal sealed class SensorFeed(PluginSet plugins, Func<AuditorProcesses> ours, Spools spools, Func<bool> journalAway, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    /// <summary>More than this is kept on disk: in a storm looks do not keep up with what is heard.</summary>
    private const int InMemory = 50_000;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, ISensor> _live = new(plugins.Sensors);
    private readonly Dictionary<string, SensorStatus> _status = [];
    private readonly Dictionary<string, DateTimeOffset> _heardUntil = [];
    private readonly HashSet<string> _awaited = [];
    private readonly SemaphoreSlim _one = new(1);
    private readonly SemaphoreSlim _worth = new(0, 1);
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _lock = new();
    private List<Heard> _waiting = [];
    private List<Heard> _taken = [];
    private List<SensorTurn> _turns = [];
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
        spools.Open(plugins.Sensors.Keys);
        foreach (var (id, sensor) in plugins.Sensors)
        {
            if (await AskAsync(id, "starting", () => sensor.StartAsync(cancellation)) is { } status)
            {
                lock (_lock)
                {
                    (_status[id], _heardUntil[id]) = (status, time.GetUtcNow());
                }
            }
        }

        _listening = [.. plugins.Sensors.Select(s => Task.Run(() => ListenAsync(s.Key, s.Value), CancellationToken.None))];
        return Status;
    }

    /// <summary>
    /// Which sensors failed and which came back, and whether one is still awaited. To be asked before a look: only what was back before it began has
    /// heard all that it may have missed.
    /// </summary>
    internal (IReadOnlyList<SensorTurn> Turns, bool Awaited) Turns()
    {
        lock (_lock)
        {
            var turns = _turns;
            _turns = [];
            return (turns, _awaited.Count > 0);
        }
    }

    /// <summary>A sensor failed since the turns were taken: what is seen now may have come after the last that it told.</summary>
    internal bool FailedMeanwhile
    {
        get
        {
            lock (_lock)
            {
                return _turns.Any(t => t is SensorTurn.Failed);
            }
        }
    }

    /// <summary>Were taken, and could not be told.</summary>
    internal void PutBack(IReadOnlyList<SensorTurn> turns)
    {
        lock (_lock)
        {
            _turns.InsertRange(0, turns);
        }
    }

    /// <summary>
    /// Everything heard up to now that no look has dealt with. While there is much on disk, that comes first and in parts: what was heard since then
    /// waits there too.
    /// </summary>
    internal async Task<IReadOnlyList<Heard>> TakeAsync()
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

            IReadOnlyList<Heard> heard = kept.Count == 0 ? _waiting : [.. kept, .. _waiting];
            _taken = _waiting;
            _waiting = [];
            return heard;
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
        foreach (var sensor in plugins.Sensors.Values)
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
        do
        {
            while (!_end.IsCancellationRequested && _live.ContainsKey(id))
            {
                if (await TryAsync(id, "waiting", async () => { await sensor.WaitAsync(_end.Token); return true; }))
                {
                    await DrainAsync(id, sensor);
                }
            }
        }
        while (!_end.IsCancellationRequested && sensor is IReturningSensor returning && await BackAsync(id, returning));
    }

    private async Task<bool> BackAsync(string id, IReturningSensor sensor)
    {
        while (await sensor.BackAsync(_end.Token))
        {
            if (await AskAsync(id, "starting again", () => sensor.StartAsync(_end.Token)) is { } status)
            {
                lock (_lock)
                {
                    (_status[id], _heardUntil[id]) = (status, time.GetUtcNow());
                    _awaited.Remove(id);
                    _turns.Add(new SensorTurn.Returned(id, time.GetUtcNow(), status));
                    _live[id] = sensor;
                    SignalWorth();
                }

                return true;
            }
        }

        lock (_lock)
        {
            _awaited.Remove(id);
            SignalWorth(); // what is not awaited any more is a gap that can end
        }

        return false;
    }

    // Draining and keeping are one: whoever asks next must find here what another's drain has taken.
    private async Task DrainAsync(string id, ISensor sensor) => await AskAsync(id, "giving what it heard", async () =>
    {
        var (source, began) = (plugins.Source(id), time.GetUtcNow());
        var notices = await sensor.DrainAsync(CancellationToken.None);
        lock (_lock)
        {
            _heardUntil[id] = began;
        }

        if (notices.Count > 0)
        {
            Keep(id, notices, source);
        }

        return notices;
    });

    private void Keep(string id, IReadOnlyList<KernelNotice> notices, PluginSource? source)
    {
        lock (_lock)
        {
            _waiting.AddRange(notices.Select(n => new Heard(id, n with { Plugin = source })));
            if (journalAway() || _waiting.Count > InMemory)
            {
                spools.Append(_waiting);
                _waiting = [];
            }

            var auditor = ours();
            if (notices.Any(n => IsWorthALook(n, auditor)))
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
    private static bool IsWorthALook(KernelNotice notice, AuditorProcesses auditor) => notice switch
    {
        DescriptorCloseNotice n => n.Last && !IsOurs(n, auditor),
        ProcessExitNotice n => !IsOurs(n, auditor),
        ProgramLoadNotice { Type: not (null or "xdp" or "ext") } => false,
        _ => true,
    };

    private static bool IsOurs(KernelNotice notice, AuditorProcesses auditor) => notice.Actor is Actor.Process { Identity.Pid: var pid } && auditor.Has(pid);

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
            Fail(id, during, cause);
            return false;
        }
    }

    // One that is awaited comes back by itself; what its process ran into is told by whoever watches it.
    private void Fail(string id, string during, Exception cause)
    {
        var isolated = cause is PluginFaultException or PluginAwayException;
        var why = isolated ? cause.Message : $"{cause.GetType().Name}: {cause.Message}";
        lock (_lock)
        {
            if (!_live.TryRemove(id, out var sensor))
            {
                return;
            }

            _status.Remove(id);
            _turns.Add(new SensorTurn.Failed(id, time.GetUtcNow(), _heardUntil.TryGetValue(id, out var until) ? until : null, during, why));
            if (sensor is IReturningSensor)
            {
                _awaited.Add(id);
            }

            SignalWorth();
        }

        if (!isolated)
        {
            logger.PluginFailed(id, during, cause);
            plugins.News.Tell(new PluginFaulted(id, during, why));
        }
    }
}
