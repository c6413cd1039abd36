using JasperFx;
using JasperFx.Events.Daemon;
using Marten;
using Npgsql;

namespace XdpAudit.Store;

/// <summary>
/// One life of Marten's daemon, with a store and connections of its own, all of which end with it. Of several auditors on one database one keeps
/// the read models of all journals: the one that holds an advisory lock. (Marten's own hot-cold mode needs a package that is not to be had, see
/// Patched.DistributedLock.Postgres.)
/// </summary>
internal sealed class DaemonLife : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlConnection _lock;
    private readonly DocumentStore _marten;
    private readonly string _schema;
    private IProjectionDaemon? _daemon;

    private DaemonLife(NpgsqlDataSource source, NpgsqlConnection @lock, DocumentStore marten, string schema) =>
        (_source, _lock, _marten, _schema) = (source, @lock, marten, schema);

    /// <summary>
    /// All its agents run, hear of new events, and are the only ones; and the database knows the progress that they count in memory. It does
    /// not when another auditor has begun a rebuild, which the agents would never see.
    /// </summary>
    internal async Task<bool> IsWellAsync(CancellationToken cancellation)
    {
        if (_daemon is not { IsRunning: true, IsHighWaterStale: false } || _daemon.CurrentAgents() is not { Count: > 0 } agents || agents.Any(a => a.Status != AgentStatus.Running))
        {
            return false;
        }

        var counted = agents.Max(a => a.Position);
        try
        {
            await using var command = new NpgsqlCommand($"select last_seq_id from {_schema}.mt_event_progression where name = $1", _lock);
            command.Parameters.Add(new() { Value = ReadModels.Shard });
            return await command.ExecuteScalarAsync(cancellation) is long reached ? reached >= counted : counted == 0;
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or IOException)
        {
            return false; // the lock's connection is gone, and the lock with it
        }
    }

    /// <summary>Begins one; null when another auditor keeps the read models.</summary>
    internal static async Task<DaemonLife?> BeginAsync(StoreConnection store, AppendSignal signal, WarningsOnly log, CancellationToken cancellation)
    {
        var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(store.WriterText) { KeepAlive = 10 });
        var connection = source.CreateConnection();
        var life = new DaemonLife(source, connection, MartenSetup.Build(source, store.Schema, AutoCreate.None, signal), store.Schema);
        try
        {
            await connection.OpenAsync(cancellation);
            await using var command = new NpgsqlCommand("select pg_try_advisory_lock(hashtextextended($1, 0))", connection);
            command.Parameters.Add(new() { Value = $"read models of {store.Schema}" });
            if (await command.ExecuteScalarAsync(cancellation) is not true)
            {
                await life.DisposeAsync();
                return null;
            }

            life._daemon = await life._marten.BuildProjectionDaemonAsync(logger: log);
            await life._daemon.StartAllAsync();
            return life;
        }
        catch
        {
            await life.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_daemon is { } daemon)
        {
            await daemon.StopAllAsync();
            daemon.Dispose();
        }

        await _marten.DisposeAsync();
        await _lock.DisposeAsync();
        await _source.DisposeAsync();
    }
}
