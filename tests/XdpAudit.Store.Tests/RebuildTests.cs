using static XdpAudit.Store.Tests.OpenStore;

namespace XdpAudit.Store.Tests;

/// <summary>Read models can be thrown away.</summary>
public sealed class RebuildTests(OpenStore open) : IClassFixture<OpenStore>
{
    private static readonly string[] Tables = ["mt_doc_lifecycle", "subject_index"];

    [Fact]
    public async Task A_rebuild_gives_the_same_bytes()
    {
        var random = new Random(4711);
        for (var i = 0; i < 40; i++)
        {
            await AppendAsync(open.Store.HostJournal, Generated.Journal(random, 25));
            await AppendAsync(open.Store.ServerJournal, new PluginLoaded($"p{i % 5}", "1", "ab", ["sink"]));
        }

        await open.Store.CaughtUpAsync(TimeSpan.FromSeconds(60), Token);
        var before = await DumpAsync();

        await open.Store.RebuildAsync(Token);
        await open.Store.CaughtUpAsync(TimeSpan.FromSeconds(60), Token);
        var after = await DumpAsync();

        Assert.True(before.Count > 200, $"only {before.Count} rows");
        TestContext.Current.TestOutputHelper!.WriteLine(string.Join('\n', before.Except(after).Select(r => $"only before: {r}").Concat(after.Except(before).Select(r => $"only after: {r}"))));
        Assert.Equal(before, after);
    }

    [Fact]
    public async Task Read_models_that_were_emptied_by_hand_are_made_again_by_a_rebuild()
    {
        await AppendAsync(open.Store.HostJournal, A.Many(10, 9000));
        await open.Store.CaughtUpAsync(TimeSpan.FromSeconds(60), Token);
        var before = await DumpAsync();
        await TestCluster.RunAsync(open.Database, "truncate xdpaudit.mt_doc_lifecycle, xdpaudit.subject_index");

        await open.Store.RebuildAsync(Token);
        await open.Store.CaughtUpAsync(TimeSpan.FromSeconds(60), Token);

        Assert.Equal(before, await DumpAsync());
    }

    [Fact]
    public async Task A_rebuild_right_after_all_connections_were_cut_succeeds()
    {
        await AppendAsync(open.Store.HostJournal, A.Many(10, 9200));
        await open.Store.CaughtUpAsync(TimeSpan.FromSeconds(60), Token);
        var before = await DumpAsync();
        await TestCluster.CutAsync(open.Database);

        await open.Store.RebuildAsync(Token);

        Assert.Equal(before, await DumpAsync());
    }

    [Fact]
    public async Task Rebuilding_again_and_again_leaves_no_connections_behind()
    {
        await AppendAsync(open.Store.HostJournal, A.Many(3, 9500));
        await open.Store.RebuildAsync(Token);
        var before = await ConnectionsAsync();

        for (var i = 0; i < 6; i++)
        {
            await open.Store.RebuildAsync(Token);
        }

        Assert.InRange(await ConnectionsAsync(), 1, before + 3); // what the pools hold differs; one for each rebuild would be six
    }

    [Fact]
    public async Task Readers_stay_exact_while_the_read_models_are_made_again()
    {
        await AppendAsync(open.Store.HostJournal, A.Many(3000, 20000));
        await open.Store.CaughtUpAsync(TimeSpan.FromSeconds(60), Token);
        var expected = await WrittenAsync();

        var rebuilding = open.Store.RebuildAsync(Token);
        var reads = 0;
        do
        {
            Assert.Equal(expected, await WrittenAsync());
            reads++;
        }
        while (!rebuilding.IsCompleted);
        await rebuilding;

        TestContext.Current.TestOutputHelper!.WriteLine($"{reads} reads");
        Assert.Equal(expected, await WrittenAsync());
    }

    private async Task<List<string>> WrittenAsync()
    {
        var all = await open.Store.Reader.LivingAsync(open.Store.HostJournal.Name, Token);
        var half = await open.Store.Reader.AsOfAsync(open.Store.HostJournal.Name, all.Position - 1500, Token);
        var history = await open.Store.Reader.HistoryAsync(A.Subject(20007), null, Token);
        return [.. all.Subjects.Concat(half.Subjects).Select(s => $"{s.Subject} {StateText.Write(s.State)}"), .. history.Select(h => $"{h.Position}")];
    }

    private async Task<int> ConnectionsAsync() => int.Parse((await TestCluster.QueryAsync(
        open.Database, "select count(*) from pg_stat_activity where datname = current_database()"))[0], System.Globalization.CultureInfo.InvariantCulture);

    private Task<List<string>> DumpAsync() => DumpAsync(open.Database);

    /// <summary>The read models, row by row.</summary>
    internal static async Task<List<string>> DumpAsync(string database)
    {
        var rows = new List<string>();
        foreach (var table in Tables)
        {
            rows.AddRange(await TestCluster.QueryAsync(database, $"select t::text from xdpaudit.{table} t order by t::text collate \"C\""));
        }

        return rows;
    }
}
