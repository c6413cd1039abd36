using JasperFx;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace XdpAudit.Store;

/// <summary>
/// Runs Marten's daemon over the journals and sees to it that it runs: after the database was away, or when a shard paused, it is started anew,
/// with longer and longer pauses. Nothing waits for it: readers fold what it has not reached yet.
/// </summary>
internal sealed class ReadModels : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private readonly IDocumentStore _marten;
    private readonly StoreConnection _store;
    private readonly ILogger _log;
    private readonly WarningsOnly _martenLog;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _end = new();
    private readonly SemaphoreSlim _one = new(1, 1);
    private IProjectionDaemon? _daemon;
    private Task _watch = Task.CompletedTask;

    internal ReadModels(IDocumentStore marten, StoreConnection store, TimeProvider time, ILogger log, WarningsOnly martenLog) =>
        (_marten, _store, _time, _log, _martenLog) = (marten, store, time, log, martenLog);

    /// <summary>The name under which the daemon keeps its progress.</summary>
    internal static string Shard { get; } = new ShardName(MartenSetup.ReadModels).Identity;

    /// <summary>Begins, and returns at once.</summary>
    internal void Start() => _watch = WatchAsync();

    /// <summary>Waits until the read models include all that is in the journals now.</summary>
    /// <exception cref="TimeoutException">They did not in time.</exception>
    internal async Task CaughtUpAsync(TimeSpan atMost, CancellationToken cancellation)
    {
        var start = _time.GetTimestamp();
        var (_, target) = await ProgressAsync(cancellation);
        while (true)
        {
            var (reached, _) = await ProgressAsync(cancellation);
            if (reached >= target)
            {
                return;
            }

            if (_time.GetElapsedTime(start) > atMost)
            {
                throw new TimeoutException($"the read models are at event {reached} of {target} after {atMost}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), _time, cancellation);
        }
    }

    /// <summary>Throws them away and makes them again from the journals. Readers stay exact meanwhile, and slow.</summary>
    internal async Task RebuildAsync(CancellationToken cancellation)
    {
        LogMessages.Rebuilding(_log);
        await _one.WaitAsync(cancellation);
        try
        {
            await StopDaemonAsync();
            using var daemon = await _marten.BuildProjectionDaemonAsync(logger: _martenLog);
            await daemon.RebuildProjectionAsync(MartenSetup.ReadModels, TimeSpan.FromHours(1), cancellation);
            await daemon.StopAllAsync();
        }
        finally
        {
            _one.Release();
        }

        await EnsureAsync();
        LogMessages.Rebuilt(_log);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _watch;
        _martenLog.Closing = true;
        await StopDaemonAsync();
        _end.Dispose();
    }

    private async Task<(long Reached, long Last)> ProgressAsync(CancellationToken cancellation)
    {
        await using var connection = await _store.Source.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand(
            $"""
            select coalesce((select last_seq_id from {_store.Schema}.mt_event_progression where name = $1), 0),
                   coalesce((select max(seq_id) from {_store.Schema}.mt_events), 0)
            """,
            connection);
        command.Parameters.Add(new() { Value = Shard });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    private async Task WatchAsync()
    {
        var pause = Interval;
        try
        {
            while (!_end.IsCancellationRequested)
            {
                pause = await EnsureAsync() ? Interval : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
                await Task.Delay(pause, _time, _end.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // disposed
        }
    }

    /// <summary>Starts the daemon when it does not run; true when it ran already.</summary>
    private async Task<bool> EnsureAsync()
    {
        await _one.WaitAsync(_end.Token);
        try
        {
            if (_daemon is { } running && IsWell(running))
            {
                return true;
            }

            if (_daemon is not null)
            {
                LogMessages.ReadModelsRestarting(_log, null);
                await StopDaemonAsync();
            }

            _daemon = await _marten.BuildProjectionDaemonAsync(logger: _martenLog);
            await _daemon.StartAllAsync();
            return false;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogMessages.ReadModelsRestarting(_log, e);
            return false;
        }
        finally
        {
            _one.Release();
        }
    }

    private static bool IsWell(IProjectionDaemon daemon) =>
        daemon.IsRunning && !daemon.IsHighWaterStale && daemon.CurrentAgents() is { Count: > 0 } agents && agents.All(a => a.Status == AgentStatus.Running);

    private async Task StopDaemonAsync()
    {
        if (_daemon is { } daemon)
        {
            _daemon = null;
            await daemon.StopAllAsync();
            daemon.Dispose();
        }
    }
}
