using System.Data;
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
    private IProjectionDaemon? _daemon;

    private DaemonLife(NpgsqlDataSource source, NpgsqlConnection @lock, DocumentStore marten) => (_source, _lock, _marten) = (source, @lock, marten);

    /// <summary>All its agents run, hear of new events, and are the only ones.</summary>
    internal bool IsWell => _lock.FullState == ConnectionState.Open && _daemon is { IsRunning: true, IsHighWaterStale: false }
        && _daemon.CurrentAgents() is { Count: > 0 } agents && agents.All(a => a.Status == AgentStatus.Running);

    /// <summary>Begins one; null when another auditor keeps the read models.</summary>
    internal static async Task<DaemonLife?> BeginAsync(StoreConnection store, AppendSignal signal, WarningsOnly log, CancellationToken cancellation)
    {
        var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(store.WriterText) { KeepAlive = 10 });
        var connection = source.CreateConnection();
        var life = new DaemonLife(source, connection, MartenSetup.Build(source, store.Schema, AutoCreate.None, signal));
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
