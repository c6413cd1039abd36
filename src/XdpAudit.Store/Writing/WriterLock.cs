using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace XdpAudit.Store;

/// <summary>
/// One writer for a journal: an advisory lock of PostgreSQL on a connection of its own, which the server lets go when we end. It keeps a second
/// auditor from starting; what keeps a second writer from writing is the expected position at every append, so losing the lock loses no order.
/// It is looked after: when its connection breaks it is taken again, and when another was faster, this one writes no more.
/// </summary>
internal sealed class WriterLock : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private readonly StoreConnection _store;
    private readonly string _journal;
    private readonly string _text;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _end = new();
    private NpgsqlConnection? _connection;
    private Task _watch = Task.CompletedTask;
    private volatile string? _takenBy;

    private WriterLock(StoreConnection store, string journal, TimeProvider time, ILogger log)
    {
        (_store, _journal, _log) = (store, journal, log);
        var since = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

        // An application_name is 63 bytes; it is what the second auditor reads of the first.
        var name = $"xdpaudit pid {Environment.ProcessId.ToString(CultureInfo.InvariantCulture)} since {since}";
        _text = new NpgsqlConnectionStringBuilder(store.WriterText) { Pooling = false, ApplicationName = name, KeepAlive = 10 }.ConnectionString;
    }

    /// <summary>Takes it, or says who has it.</summary>
    /// <exception cref="StoreException">Another auditor has it.</exception>
    internal static async Task<WriterLock> TakeAsync(StoreConnection store, string journal, TimeProvider time, ILogger log, CancellationToken cancellation)
    {
        var taken = new WriterLock(store, journal, time, log);
        if (await taken.TryAsync(cancellation) is { } holder)
        {
            await taken.DisposeAsync();
            throw StoreErrors.SecondWriter($"journal '{journal}'", holder);
        }

        taken._watch = taken.WatchAsync(time);
        return taken;
    }

    /// <summary>Is it ours at this moment?</summary>
    internal bool Held => _takenBy is null && _connection is { FullState: System.Data.ConnectionState.Open };

    internal void ThrowIfTaken()
    {
        if (_takenBy is { } holder)
        {
            throw new JournalUnavailableException(_journal, $"{holder} has taken it while the database was away; stop one of the two");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _watch;
        if (_connection is { } connection)
        {
            await connection.DisposeAsync();
        }

        _end.Dispose();
    }

    private async Task<string?> TryAsync(CancellationToken cancellation)
    {
        var connection = new NpgsqlConnection(_text);
        try
        {
            await connection.OpenAsync(cancellation);
            await using var command = new NpgsqlCommand("select pg_try_advisory_lock(hashtextextended($1, 0))", connection);
            command.Parameters.Add(new() { Value = _journal });
            if (await command.ExecuteScalarAsync(cancellation) is true)
            {
                _connection = connection;
                return null;
            }

            var holder = await HolderAsync(connection, cancellation);
            await connection.DisposeAsync();
            return holder;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task<string> HolderAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            """
            select a.application_name from pg_locks l join pg_stat_activity a on a.pid = l.pid
            where l.locktype = 'advisory' and l.granted and l.objsubid = 1 and (l.classid::bigint << 32) | l.objid::bigint = hashtextextended($1, 0)
            and l.database = (select oid from pg_database where datname = current_database())
            """,
            connection);
        command.Parameters.Add(new() { Value = _journal });
        return await command.ExecuteScalarAsync(cancellation) is string { Length: > 0 } name ? $"the auditor '{name}'" : "another auditor";
    }

    private async Task WatchAsync(TimeProvider time)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token) && _takenBy is null)
            {
                await LookAsync(_end.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // disposed
        }
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        try
        {
            await using var command = new NpgsqlCommand("select 1", _connection);
            await command.ExecuteScalarAsync(cancellation);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or IOException)
        {
            LogMessages.WriterLockLost(_log, _journal, e);
            await RetakeAsync(cancellation);
        }
    }

    private async Task RetakeAsync(CancellationToken cancellation)
    {
        try
        {
            if (_connection is { } broken)
            {
                await broken.DisposeAsync();
            }

            await _store.EnsureRunningAsync(cancellation);
            if (await TryAsync(cancellation) is { } holder)
            {
                _takenBy = holder;
                LogMessages.WriterLockTaken(_log, _journal, holder);
            }
        }
        catch (Exception e) when (Failures.IsUnavailable(e))
        {
            // The database is still away: the next look tries again.
        }
    }
}
