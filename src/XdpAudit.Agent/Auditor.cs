using Microsoft.Extensions.Logging;

namespace XdpAudit.Agent;

/// <summary>
/// Looks, decides, appends, tells. One turn at a time: a look, an operation or a triage; so the known state is always what the journal tells.
/// Kernel objects are touched only by executors, only when asked.
/// </summary>
public sealed partial class Auditor : IAsyncDisposable
{
    /// <summary>What happens within this time is looked at once.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan SelfTestEvery = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly AgentSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly JournalWriter _host;
    private readonly JournalWriter _server;
    private readonly ILifecycleReader _reader;
    private readonly Looker _looker;
    private readonly PluginSet _plugins;
    private readonly Detectors _detectors;
    private readonly SensorFeed _sensors;
    private readonly ProgramAccount _account;
    private readonly CrossCheck _crossCheck;
    private readonly FindingBook _findings = new();
    private readonly HostId _hostId;
    private readonly Deliveries _deliveries;
    private volatile HostState _known;
    private Task _watching = Task.CompletedTask;

    /// <summary>Makes an auditor; it does nothing until it is started.</summary>
    public Auditor(HostId host, AuditorPorts ports, AgentSettings settings, TimeProvider time, ILoggerFactory loggers)
    {
        _hostId = host;
        _settings = settings;
        _time = time;
        _logger = loggers.CreateLogger<Auditor>();
        _host = new(ports.HostJournal, time, _logger);
        _server = new(ports.ServerJournal, time, _logger);
        _reader = ports.Reader;
        _plugins = ports.Plugins;
        _looker = new(ports.Observer, time, settings);
        _detectors = new(ports.Plugins, time, _logger);
        _sensors = new(ports.Plugins, () => Processes, new(settings.StateDirectory is { } state ? Path.Combine(state, "heard") : null, settings.Boot, _logger), () => _host.Trouble is not null, time, _logger);
        _account = new(settings.StateDirectory);
        _crossCheck = new(ports.Observer, time);
        _known = HostState.Empty(host);
        _deliveries = NewDeliveries(ports);
        Feed.Told += _deliveries.Wake;
    }

    /// <summary>What was appended, as it is appended.</summary>
    public EntryFeed Feed { get; } = new();

    /// <summary>What is known now.</summary>
    public HostState Known => _known;

    /// <summary>The last look; null before the first.</summary>
    public Observation? LastLook => _looker.Last;

    /// <summary>How long the last look took.</summary>
    public TimeSpan LastLookTook => _looker.LastTook;

    /// <summary>What the sensors can see, by plugin.</summary>
    public IReadOnlyDictionary<string, SensorStatus> Sensors => _sensors.Status;

    /// <summary>The server journal's last position.</summary>
    public long ServerPosition => _server.Position;

    /// <summary>Why it cannot record now; null when it can.</summary>
    public string? Trouble => _host.Trouble ?? _server.Trouble;

    /// <summary>Findings that are open or have regressed.</summary>
    public int OpenFindings => _findings.Open;

    /// <summary>The host as known now, in the words of the API.</summary>
    public HostView View() => HostViews.Of(_known, _time.GetUtcNow(), Processes);

    /// <summary>The auditor's own processes now.</summary>
    public AuditorProcesses Processes => new(Environment.ProcessId, _plugins.Processes);

    /// <summary>
    /// Finds its place in the journals, records the time it was away as a gap, looks once, and then watches until disposed.
    /// What an operation was doing when an earlier auditor ended becomes indeterminate, and the first look settles it.
    /// </summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        await _host.OpenAsync(cancellation);
        await _server.OpenAsync(cancellation);
        _deliveries.Start();
        var told = await _reader.LivingAsync(Journals.OfHost(_hostId), cancellation);
        _known = HostState.Of(_hostId, told.Position, told.RecordedAt, told.Subjects.Select(s => s.State));
        _looker.Resume(_known.Watch?.CompleteLookAt);
        _resumedAfter = _known.Watch?.LastRecordedAt;
        var judged = await _reader.LivingAsync(Journals.OfServer(_hostId), cancellation);
        _findings.Load(judged.Subjects.Select(s => s.State).OfType<FindingState>());

        await _turn.WaitAsync(cancellation);
        try
        {
            await TellServerAsync(_plugins.Beginning(judged.Subjects.Select(s => s.State).OfType<PluginState>()), _settings.JournalPatience, cancellation);
            await TellHostAsync(Beginnings.Of(_known, _settings, _time.GetUtcNow()), _settings.JournalPatience, cancellation);

            // They listen before the first look begins: what comes in between is heard, seen, or both.
            var sensors = await _sensors.StartAsync(cancellation);
            _odometer = sensors.Values.Select(s => s.Odometer).FirstOrDefault(o => o is not null);
            if (_settings.Boot is { } boot)
            {
                _account.Open(boot);
            }

            await TellHostAsync([.. SensorNews.Started(_hostId, sensors, _time.GetUtcNow())], _settings.JournalPatience, cancellation);
            await LookAndJudgeAsync(_settings.JournalPatience, cancellation);
        }
        finally
        {
            _turn.Release();
        }

        _logger.Watching(_hostId, _known.Position, _known.Programs.Count);
        _watching = Task.Run(() => WatchAsync(_stopping.Token), CancellationToken.None);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _sensors.DisposeAsync();
        await _deliveries.DisposeAsync();
        _stopping.Dispose();
        _turn.Dispose();
    }

    /// <summary>Stops watching, and says so in the journal.</summary>
    public async Task StopAsync(string why, CancellationToken cancellation)
    {
        await _stopping.CancelAsync();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _turn.WaitAsync(cancellation);
        try
        {
            await SettleAsync(_settings.JournalPatience, cancellation);
            await TellHostAsync(
                [.. SensorNews.Stopped(_hostId, _sensors.Status, why, _time.GetUtcNow()), Beginnings.Stopped(_hostId, why, _time.GetUtcNow())], _settings.JournalPatience, cancellation);
        }
        catch (Exception cause) when (cause is JournalUnavailableException or JournalConflictException)
        {
            _logger.JournalAway(Journals.OfHost(_hostId), cause.Message);
        }
        finally
        {
            _turn.Release();
        }
    }

    // After the last word nothing more may be said or done: the next auditor takes that word for the beginning of its gap.
    private void RefuseWhenStopped()
    {
        if (_stopping.IsCancellationRequested)
        {
            throw Refusals.Stopped();
        }
    }

    private async Task WatchAsync(CancellationToken cancellation)
    {
        var tested = _time.GetTimestamp();
        while (true)
        {
            await NextTurnAsync(cancellation);
            try
            {
                if (_time.GetElapsedTime(tested) >= SelfTestEvery)
                {
                    tested = _time.GetTimestamp();
                    await TestSensorsAsync(cancellation);
                }

                await ReconcileAsync(cancellation);
            }
            catch (JournalUnavailableException)
            {
                // Said already, and tried again with the next turn: the batch is kept, and what is different meanwhile will be seen.
            }
#pragma warning disable CA1031 // watching must go on whatever one look ran into
            catch (Exception cause) when (cause is not (OperationCanceledException or RefusedException))
#pragma warning restore CA1031
            {
                _logger.LookFailed(cause);
            }
        }
    }

    // When it is time, or when something was heard; but never so soon after the last look that looking would be all that is done.
    private async Task NextTurnAsync(CancellationToken cancellation)
    {
        using var other = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var heard = _sensors.WorthALookAsync(other.Token);
        var first = await Task.WhenAny(Task.Delay(_settings.ReconcileEvery, _time, other.Token), heard); // the regular look, which nobody asks for
        await other.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
        if (first == heard)
        {
            var rest = Gather > 10 * _looker.LastTook ? Gather : 10 * _looker.LastTook;
            await Task.Delay(rest < _settings.ReconcileEvery ? rest : _settings.ReconcileEvery, _time, cancellation); // what belongs together is told together
        }
    }

    private async Task<IReadOnlyList<JournalEntry>> TellHostAsync(IReadOnlyList<JournalEvent> events, TimeSpan patience, CancellationToken cancellation) =>
        AdoptHost(await _host.AppendAsync(events, patience, cancellation));

    private async Task<IReadOnlyList<JournalEntry>> TellServerAsync(IReadOnlyList<JournalEvent> events, TimeSpan patience, CancellationToken cancellation) =>
        AdoptServer(await _server.AppendAsync(events, patience, cancellation));

    private async Task SettleAsync(TimeSpan patience, CancellationToken cancellation)
    {
        AdoptHost(await _host.SettleAsync(patience, cancellation));
        _sensors.Accept();
        AdoptServer(await _server.SettleAsync(patience, cancellation));
        await RejectAbandonedAsync(patience, cancellation);
    }

    private IReadOnlyList<JournalEntry> AdoptHost(IReadOnlyList<JournalEntry> entries)
    {
        _known = entries.Aggregate(_known, HostState.Fold);
        Feed.Tell(entries, "host");
        return entries;
    }

    private IReadOnlyList<JournalEntry> AdoptServer(IReadOnlyList<JournalEntry> entries)
    {
        _findings.Fold(entries);
        Feed.Tell(entries, "server");
        return entries;
    }
}

/// <summary>What an auditor works with.</summary>
public sealed record AuditorPorts(IJournal HostJournal, IJournal ServerJournal, ILifecycleReader Reader, IObserver Observer, PluginSet Plugins);
