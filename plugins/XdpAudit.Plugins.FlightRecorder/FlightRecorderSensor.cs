using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>
/// Hears the kernel by every tier that it opens, tries each of their hooks, and tells of nothing that it does itself. Programs of which only the id
/// was heard are looked up when a drain finds them still there; no descriptor outlives the call that opened it.
/// </summary>
public sealed class FlightRecorderSensor : ISensor
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(10);
    private const ulong MostSilence = 2 * BootClock.Second;

    private readonly List<ITier> _tiers;
    private readonly List<SensorTier> _opened = [];
    private readonly OwnObjects _own;
    private readonly ActorReader _actors;
    private readonly LateActors _lately = new();
    private readonly Waiting _waiting;
    private readonly List<KernelNotice> _heard = [];
    private bool _disposed;

    /// <summary>A sensor by these settings. Nothing is opened before <see cref="StartAsync"/>.</summary>
    public FlightRecorderSensor(FlightRecorderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _own = new();
        _actors = new();
        _tiers = Tiers.Of(options, _own, _actors);
        _waiting = new(_tiers);
    }

    internal FlightRecorderSensor(OwnObjects own, ActorReader actors, IEnumerable<ITier> tiers)
    {
        (_own, _actors) = (own, actors);
        _tiers = [.. tiers];
        _waiting = new(_tiers);
    }

    /// <inheritdoc/>
    public async Task<SensorStatus> StartAsync(CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_opened.Count == 0)
        {
            _opened.AddRange(_tiers.Select(t => t.Open()));
            Hear();
            _own.AddLoads(_heard);
            _waiting.Start();
        }

        var odometer = _tiers.OfType<PerfTier>().FirstOrDefault()?.Began ?? Odometer.Read(_own, out _);
        return await TestAsync(cancellation).ConfigureAwait(false) with { Odometer = odometer };
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<KernelNotice>> DrainAsync(CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _actors.Forget();
        Hear();
        List<KernelNotice> heard = [.. _heard.Where(n => !_own.Has(n))];
        _heard.Clear();
        CompletePrograms(heard);
        CompleteActors(heard);
        _lately.Name(heard);
        return Task.FromResult<IReadOnlyList<KernelNotice>>([.. heard.OrderBy(n => n.BootNs)]);
    }

    /// <inheritdoc/>
    public Task WaitAsync(CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _waiting.WaitAsync(cancellation);
    }

    /// <inheritdoc/>
    public async Task<SensorStatus> TestAsync(CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Hear();
        var before = Fired();
        var refused = await new SelfTest(_own, path => _tiers.OfType<IBpffsWatcher>().ToList().ForEach(t => t.WatchOwn(path))).RunAsync().ConfigureAwait(false);
        var until = BootClock.Now() + MostSilence;
        HashSet<(string, string)> silent;
        while (true)
        {
            // What a hook told counts when it has come all the way.
            Hear();
            if ((silent = Silent(before)).Count == 0 || BootClock.Now() >= until)
            {
                break;
            }

            await Task.Delay(LookAgain, cancellation).ConfigureAwait(false); // rings wake at a watermark, and a few records stay below it
        }

        var why = refused is null
            ? "it is attached and was not heard within 2 s of being made to fire"
            : $"it was not heard, and the self-test could not do everything: {refused}";
        List<SensorTier> tiers = [.. _opened.Select(t => Judged(t, silent, why))];
        return new() { Tiers = tiers, Invisible = Visibility.Missing(tiers), Odometer = Odometer.Read(_own, out _), OwnPrograms = _own.TakePrograms() };
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            _waiting.Dispose();
            foreach (var tier in _tiers)
            {
                tier.Dispose();
            }
        }

        return ValueTask.CompletedTask;
    }

    private static SensorTier Judged(SensorTier tier, HashSet<(string, string)> silent, string why)
    {
        if (tier.State != SensorStates.Live)
        {
            return tier;
        }

        List<SensorHook> hooks = [.. tier.Hooks.Select(h => silent.Contains((tier.Name, h.Name)) ? h with { State = SensorStates.Silent, Why = why } : h)];
        return hooks.Any(h => h.State == SensorStates.Live) ? tier with { Hooks = hooks } : tier with { State = SensorStates.Silent, Why = why, Hooks = hooks };
    }

    private void Hear()
    {
        // First those that say least: what they tell, the others have told by then, and no drain gives only the poorer half of a fact.
        foreach (var tier in _tiers.OrderBy(t => t.Name != SensorTiers.Perf))
        {
            tier.Drain(_heard);
        }
    }

    private Dictionary<string, IReadOnlyDictionary<string, long>> Fired() => _tiers.ToDictionary(t => t.Name, t => t.Fired());

    // The hooks that are said to be live and have not fired since.
    private HashSet<(string, string)> Silent(Dictionary<string, IReadOnlyDictionary<string, long>> before)
    {
        var now = Fired();
        return [.. _opened.Where(t => t.State == SensorStates.Live)
            .SelectMany(t => t.Hooks.Where(h => h.State == SensorStates.Live).Select(h => (t.Name, h.Name)))
            .Where(h => now[h.Item1].GetValueOrDefault(h.Item2) <= before[h.Item1].GetValueOrDefault(h.Item2))];
    }

    private static void CompletePrograms(List<KernelNotice> heard)
    {
        var settled = new HashSet<KernelProgramId>();
        foreach (var notice in heard)
        {
            if (notice is ProgramUnloadNotice unload)
            {
                settled.Add(unload.Id);
            }
            else if (notice is ProgramLoadNotice { LoadedNs: not null } load)
            {
                settled.Add(load.Id);
            }
        }

        for (var i = 0; i < heard.Count; i++)
        {
            if (heard[i] is ProgramLoadNotice load && settled.Add(load.Id))
            {
                heard[i] = KernelPrograms.Complete(load);
            }
        }
    }

    private void CompleteActors(List<KernelNotice> heard)
    {
        var known = new Dictionary<ProcessIdentity, Actor>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < heard.Count; i++)
        {
            if (heard[i].Tier != SensorTiers.Perf && heard[i].Actor is Actor.Process { Identity: var identity })
            {
                if (!known.TryGetValue(identity, out var actor))
                {
                    actor = new Actor.Process(_actors.Complete(identity));
                    known.Add(identity, actor);
                }

                heard[i] = heard[i] with { Actor = actor };
            }
        }
    }
}
