using static XdpAudit.Store.Tests.OpenStore;

namespace XdpAudit.Store.Tests;

/// <summary>An append that has its numbers and is not committed yet is in the read models once it is.</summary>
public sealed class AppendUnderWayTests(OpenStore open) : IClassFixture<OpenStore>
{
    [Fact]
    public async Task An_append_that_commits_after_the_read_models_were_begun_anew_is_in_them()
    {
        await AppendAsync(open.Store.HostJournal, A.Many(5));
        await open.Store.CaughtUpAsync(TimeSpan.FromSeconds(60), Token);
        await using var held = await HeldCommits.OfAsync(open.Database, open.Store.HostJournal.Name);
        var append = AppendAsync(open.Store.HostJournal, A.Many(3, 100));
        await held.SomebodyWaitsAsync();

        await open.Store.RebuildAsync(Token);
        await held.LetGoAsync();
        var entries = await append;
        await open.Store.CaughtUpAsync(TimeSpan.FromSeconds(60), Token);

        Assert.Equal([A.Subject(100), A.Subject(101), A.Subject(102)], await RowsAsync(100, 101, 102));
        Assert.Equal([entries[1].Position], (await open.Store.Reader.HistoryAsync(A.Subject(101), null, Token)).Select(e => e.Position));
    }

    [Fact]
    public async Task An_append_that_takes_long_is_waited_for_although_later_ones_are_committed()
    {
        await AppendAsync(open.Store.ServerJournal, new PluginLoaded("before", "1", "ab", ["sink"]));
        await open.Store.CaughtUpAsync(TimeSpan.FromSeconds(60), Token);
        await using var held = await HeldCommits.OfAsync(open.Database, open.Store.HostJournal.Name);
        var append = AppendAsync(open.Store.HostJournal, A.Many(3, 200));
        await held.SomebodyWaitsAsync();

        var later = 0;
        do
        {
            await AppendAsync(open.Store.ServerJournal, new PluginLoaded($"later{later++ % 3}", "1", "ab", ["sink"]));
        }
        while ((await TestCluster.QueryAsync(
            open.Database, "select 1 from xdpaudit.mt_event_progression where name = 'HighWaterStuckGap' and last_updated < clock_timestamp() - interval '7 seconds'")).Count == 0);
        await held.LetGoAsync();
        await append;
        await open.Store.CaughtUpAsync(TimeSpan.FromSeconds(60), Token);

        TestContext.Current.TestOutputHelper!.WriteLine($"{later} later appends");
        Assert.Equal([A.Subject(200), A.Subject(201), A.Subject(202)], await RowsAsync(200, 201, 202));
    }

    [Fact]
    public async Task Read_models_begun_anew_under_appends_while_connections_die_are_what_a_rebuild_gives()
    {
        var random = new Random(4713);
        var host = await open.Store.HostJournal.PositionAsync(Token);
        var server = await open.Store.ServerJournal.PositionAsync(Token);
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 60; i++)
            {
                host = (await open.Store.HostJournal.AppendAsync(host, Generated.Journal(random, 7), A.Moment, Token))[^1].Position;
                server = (await open.Store.ServerJournal.AppendAsync(server, [new PluginLoaded($"p{i % 5}", "1", "ab", ["sink"])], A.Moment, Token))[^1].Position;
            }
        }, Token);

        var begun = 0;
        while (!writing.IsCompleted)
        {
            if (begun++ == 2)
            {
                await TestCluster.CutAsync(open.Database);
            }

            await open.Store.RebuildAsync(Token);
        }

        await writing;
        await open.Store.CaughtUpAsync(TimeSpan.FromSeconds(60), Token);
        var before = await RebuildTests.DumpAsync(open.Database);
        await open.Store.RebuildAsync(Token);
        var after = await RebuildTests.DumpAsync(open.Database);

        TestContext.Current.TestOutputHelper!.WriteLine($"begun anew {begun} times");
        Assert.Empty(before.Except(after).Select(r => $"only before: {r}").Concat(after.Except(before).Select(r => $"only after: {r}")));
    }

    /// <summary>Those of these programs that have a row in the read models.</summary>
    private Task<IReadOnlyList<string>> RowsAsync(params uint[] programs) => TestCluster.QueryAsync(
        open.Database, $"select id from xdpaudit.mt_doc_lifecycle where id in ({string.Join(", ", programs.Select(p => $"'{A.Subject(p)}'"))}) order by id collate \"C\"");
}
