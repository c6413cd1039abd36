using Microsoft.Extensions.Logging;
using Npgsql;
using XdpAudit.Store.Tests;

[assembly: AssemblyFixture(typeof(TestCluster))]
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace XdpAudit.Store.Tests;

/// <summary>One private cluster for all tests of the assembly; each test class has a database of its own in it.</summary>
public sealed class TestCluster : IAsyncLifetime
{
    /// <summary>Set in processes that tests start: the data directory to use.</summary>
    internal const string Child = "XDPAUDIT_STORE_TEST_CHILD";

    private static int _count;
    private PrivateCluster? _cluster;

    internal static string Folder { get; } = $"/tmp/xat-store-{Environment.ProcessId}";

    internal PrivateCluster Cluster => _cluster!;

    /// <summary>A new name below the folder.</summary>
    internal static string NewDirectory() => $"{Folder}/{Interlocked.Increment(ref _count)}";

    /// <summary>Makes a database and returns a connection string to it, as the cluster's superuser.</summary>
    internal async Task<string> NewDatabaseAsync()
    {
        var name = $"t{Interlocked.Increment(ref _count)}";
        await RunAsync(ConnectionString("postgres"), $"create database {name}");
        return ConnectionString(name);
    }

    internal string ConnectionString(string database, string user = ClusterFiles.Superuser) =>
        new NpgsqlConnectionStringBuilder(Cluster.ConnectionString(user)) { Database = database, Pooling = false, IncludeErrorDetail = true }.ConnectionString;

    /// <summary>Lets the test's user log in as another role: the cluster of its own accord admits only its two.</summary>
    internal void AllowLogin(string role)
    {
        File.AppendAllText($"{Folder}/cluster/pg/data/pg_ident.conf", $"own \"{Environment.UserName}\" {role}\n");
        RunAsync(ConnectionString("postgres"), "select pg_reload_conf()").GetAwaiter().GetResult();
    }

    internal static async Task RunAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Cuts every connection to a database but its own, as a restart of the server does.</summary>
    internal static Task CutAsync(string connectionString) => RunAsync(
        connectionString, "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");

    /// <summary>All values of a query, row by row, as text.</summary>
    internal static async Task<IReadOnlyList<string>> QueryAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(string.Join(" | ", Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "" : reader.GetValue(i).ToString())));
        }

        return rows;
    }

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable(Child) is not null)
        {
            return; // a process that a test started, and that has a cluster of its own
        }

        _cluster = await PrivateCluster.StartAsync(Folder + "/cluster", TestLog.Loggers, CancellationToken.None);
        await RunAsync(ConnectionString("postgres"), $"create role {StoreRoles.Writer} login"); // as in a private cluster, so that tests can be the writer
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, true);
        }
    }
}

/// <summary>Warnings go to the running test's output.</summary>
internal sealed class TestLog : ILogger, ILoggerProvider
{
    internal static ILoggerFactory Loggers { get; } = new Factory();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        TestContext.Current.TestOutputHelper?.WriteLine($"{logLevel}: {formatter(state, exception)} {exception}");

    public ILogger CreateLogger(string categoryName) => this;

    public void Dispose()
    {
        // nothing is held
    }

    private sealed class Factory : ILoggerFactory
    {
        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public ILogger CreateLogger(string categoryName) => new TestLog();

        public void Dispose()
        {
            // nothing is held
        }
    }
}
