namespace XdpAudit.Store.Tests;

/// <summary>A store in a new database of the test cluster, for one test class.</summary>
public sealed class OpenStore(TestCluster cluster) : IAsyncLifetime
{
    private AuditStore? _store;

    internal TestCluster Cluster { get; } = cluster;

    internal string Database { get; private set; } = "";

    internal string DataDirectory { get; } = TestCluster.NewDirectory();

    internal AuditStore Store => _store!;

    internal static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Database = await Cluster.NewDatabaseAsync();
        await OpenAsync();
    }

    public ValueTask DisposeAsync() => Store.DisposeAsync();

    internal async Task OpenAsync() =>
        _store = await AuditStore.OpenAsync(new() { DataDirectory = DataDirectory, Postgres = Database }, A.Host, TestLog.Loggers, TimeProvider.System, Token);

    internal static async Task<List<JournalEntry>> AllAsync(IJournal journal, long after = 0)
    {
        var entries = new List<JournalEntry>();
        await foreach (var entry in journal.ReadAsync(after, Token))
        {
            entries.Add(entry);
        }

        return entries;
    }

    /// <summary>Appends at the end, whatever stands there.</summary>
    internal static async Task<IReadOnlyList<JournalEntry>> AppendAsync(IJournal journal, params IReadOnlyList<JournalEvent> events) =>
        await journal.AppendAsync(await journal.PositionAsync(Token), events, A.Moment, Token);
}
