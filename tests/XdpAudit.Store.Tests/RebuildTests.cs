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

    private async Task<List<string>> DumpAsync()
    {
        var rows = new List<string>();
        foreach (var table in Tables)
        {
            rows.AddRange(await TestCluster.QueryAsync(open.Database, $"select t::text from xdpaudit.{table} t order by t::text collate \"C\""));
        }

        return rows;
    }
}
