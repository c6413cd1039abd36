using Npgsql;
using static XdpAudit.Store.Tests.OpenStore;

namespace XdpAudit.Store.Tests;

/// <summary>
/// Appends to one journal stop just before their COMMIT, with their numbers taken from the sequence and their rows unseen by all others, until they
/// are let go: what happens for a moment to every append, for as long as a test needs it.
/// </summary>
internal sealed class HeldCommits : IAsyncDisposable
{
    private readonly string _database;
    private readonly NpgsqlConnection _lock;

    private HeldCommits(string database, NpgsqlConnection @lock) => (_database, _lock) = (database, @lock);

    internal static async Task<HeldCommits> OfAsync(string database, string journal)
    {
        await TestCluster.RunAsync(
            database,
            $"""
            create function xdpaudit.wait_before_commit() returns trigger language plpgsql as
              'begin perform pg_advisory_xact_lock_shared(4711); return null; end';
            create constraint trigger wait_before_commit after insert on xdpaudit.mt_events deferrable initially deferred
              for each row when (new.stream_id = '{journal}') execute function xdpaudit.wait_before_commit()
            """);
        var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Token);
        var held = new HeldCommits(database, connection);
        await held.RunAsync("select pg_advisory_lock(4711)");
        return held;
    }

    /// <summary>Returns when an append waits here.</summary>
    internal Task SomebodyWaitsAsync() => PrivateClusterTests.UntilAsync(() => TestCluster.QueryAsync(
        _database, "select 1 from pg_locks where locktype = 'advisory' and objid = 4711 and not granted").GetAwaiter().GetResult().Count > 0);

    internal Task LetGoAsync() => RunAsync("select pg_advisory_unlock(4711)");

    public async ValueTask DisposeAsync()
    {
        await _lock.DisposeAsync(); // and the lock with it
        await TestCluster.RunAsync(_database, "drop trigger if exists wait_before_commit on xdpaudit.mt_events; drop function if exists xdpaudit.wait_before_commit()");
    }

    private async Task RunAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _lock);
        await command.ExecuteNonQueryAsync(Token);
    }
}
