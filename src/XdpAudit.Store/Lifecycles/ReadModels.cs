using JasperFx.Events.Projections;
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
    private readonly StoreConnection _store;
    private readonly AppendSignal _signal;
    private readonly ILogger _log;
    private readonly WarningsOnly _martenLog;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _end = new();
    private readonly SemaphoreSlim _one = new(1, 1);
    private DaemonLife? _life;
    private Task _watch = Task.CompletedTask;

    internal ReadModels(StoreConnection store, AppendSignal signal, TimeProvider time, ILogger log, WarningsOnly martenLog) =>
        (_store, _signal, _time, _log, _martenLog) = (store, signal, time, log, martenLog);

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

            if (atMost != Timeout.InfiniteTimeSpan && _time.GetElapsedTime(start) > atMost)
            {
                throw new TimeoutException($"the read models are at event {reached} of {target} after {atMost}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), _time, cancellation); // another auditor's daemon may keep them, which tells us nothing
        }
    }

    /// <summary>
    /// Throws them away and makes them again from the journals. Emptying them and forgetting the progress is one transaction, so that readers, and
    /// the next start if we are killed here, see either all or nothing of them; Marten's own rebuild empties by TRUNCATE, which no snapshot
    /// protects from. Readers stay exact meanwhile, and slow.
    /// </summary>
    internal async Task RebuildAsync(CancellationToken cancellation)
    {
        LogMessages.Rebuilding(_log);
        await _one.WaitAsync(cancellation);
        try
        {
            await StopAsync();
            await AskAsync(EmptyAsync, cancellation);
        }
        finally
        {
            _one.Release();
        }

        await EnsureAsync();
        _signal.Raise();
        await CaughtUpAsync(Timeout.InfiniteTimeSpan, cancellation);
        LogMessages.Rebuilt(_log);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _watch;
        _martenLog.Closing = true;
        await StopAsync();
        _end.Dispose();
    }

    /// <summary>How far they are and how far the journals.</summary>
    private Task<(long Reached, long Last)> ProgressAsync(CancellationToken cancellation) => AskAsync(ProgressAsync, cancellation);

    /// <summary>Asks, and once more when the connection it got was cut while the database was away.</summary>
    private async Task<T> AskAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> ask, CancellationToken cancellation)
    {
        try
        {
            return await OnceAsync();
        }
        catch (Exception e) when (Failures.IsUnavailable(e))
        {
            _store.Source.Clear(); // the others in the pool were cut with it
            await _store.EnsureRunningAsync(cancellation);
            return await OnceAsync();
        }

        async Task<T> OnceAsync()
        {
            await using var connection = await _store.Source.OpenConnectionAsync(cancellation);
            return await ask(connection, cancellation);
        }
    }

    private async Task<bool> EmptyAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var command = new NpgsqlCommand(
            $"""
            delete from {_store.Schema}.mt_event_progression where name not like 'HighWater%';
            delete from {_store.Schema}.mt_doc_lifecycle;
            delete from {_store.Schema}.{SubjectIndex.Name}
            """,
            connection)
        { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    private async Task<(long Reached, long Last)> ProgressAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
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
                await Task.Delay(pause, _time, _end.Token); // a daemon that ends by itself tells nobody
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
            if (_life is { } life && await life.IsWellAsync(_end.Token))
            {
                return true;
            }

            if (_life is not null)
            {
                LogMessages.ReadModelsRestarting(_log, null);
                await StopAsync();
            }

            _life = await DaemonLife.BeginAsync(_store, _signal, _martenLog, _end.Token);
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

    private async Task StopAsync()
    {
        if (_life is { } life)
        {
            _life = null;
            await life.DisposeAsync();
        }
    }
}
