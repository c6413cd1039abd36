using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using XdpAudit.Agent.Tests;
using XdpAudit.Store;

[assembly: AssemblyFixture(typeof(Database))]
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace XdpAudit.Agent.Tests;

/// <summary>One private cluster for all tests of the assembly. Each test has a schema and a host of its own in it.</summary>
public sealed class Database : IAsyncLifetime
{
    private static readonly string _folder = $"/tmp/xat-agent-{Environment.ProcessId}";
    private int _count;
    private PrivateCluster? _cluster;

    /// <summary>Set for a process that a test starts of this assembly, to be killed: the directory it works in. It gets no cluster.</summary>
    internal const string Child = "XDPAUDIT_TEST_CHILD";

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable(Child) is null)
        {
            _cluster = await PrivateCluster.StartAsync(_folder, NullLoggerFactory.Instance, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
            Directory.Delete(_folder, true);
        }
    }

    /// <summary>A number that no other test of this process has.</summary>
    internal int Next() => ++_count;

    internal static string File(string name) => Path.Combine(_folder, name);

    /// <summary>Opens a store. Only one is open at a time: tests run one after another.</summary>
    internal static async Task<AuditStore> OpenAsync(int number, HostId host)
    {
        await EndListenersAsync();
        return await AuditStore.OpenAsync(
            new() { DataDirectory = $"{_folder}/{number}", Postgres = Connection, Schema = $"t{number}" },
            host,
            NullLoggerFactory.Instance,
            TimeProvider.System,
            TestContext.Current.CancellationToken);
    }

    private static string Connection => $"Host={_folder}/pg/socket;Username=auditor;Database=postgres;Maximum Pool Size=4";

    // Marten 9.58 leaves its LISTEN connection open when its daemon stops. A process that opens one store never notices; here they would add up.
    private static async Task EndListenersAsync()
    {
        await using var connection = new NpgsqlConnection(Connection + ";Pooling=false");
        await connection.OpenAsync();
        await using var end = new NpgsqlCommand("select pg_terminate_backend(pid) from pg_stat_activity where query like 'LISTEN %'", connection);
        await end.ExecuteNonQueryAsync();
    }
}
