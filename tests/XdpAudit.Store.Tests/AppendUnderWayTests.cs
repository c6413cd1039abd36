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

        var rows = await TestCluster.QueryAsync(open.Database, $"select id from xdpaudit.mt_doc_lifecycle where last_position >= {entries[0].Position} order by first_position");
        Assert.Equal([A.Subject(100), A.Subject(101), A.Subject(102)], rows);
        Assert.Equal([entries[1].Position], (await open.Store.Reader.HistoryAsync(A.Subject(101), null, Token)).Select(e => e.Position));
    }
}
