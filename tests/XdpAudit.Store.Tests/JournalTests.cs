using static XdpAudit.Store.Tests.OpenStore;

namespace XdpAudit.Store.Tests;

/// <summary>A journal on PostgreSQL.</summary>
public sealed class JournalTests(OpenStore open) : IClassFixture<OpenStore>
{
    [Fact]
    public async Task Entries_are_read_back_as_they_were_appended_in_dense_positions()
    {
        var journal = open.Store.HostJournal;
        var start = await journal.PositionAsync(Token);

        var first = await journal.AppendAsync(start, [A.Found(1), A.Pinned(1, "/sys/fs/bpf/a")], A.Moment, Token);
        var second = await journal.AppendAsync(start + 2, [A.Unloaded(1)], A.Moment.AddTicks(12345678), Token);

        Assert.Equal([start + 1, start + 2, start + 3], first.Concat(second).Select(e => e.Position));
        Assert.Equal(
            first.Concat(second).Select(e => (e.Position, e.RecordedAt, Convert.ToHexString(EventJson.Write(e.Event)))),
            (await AllAsync(journal, start)).Select(e => (e.Position, e.RecordedAt, Convert.ToHexString(EventJson.Write(e.Event)))));
        Assert.Equal(start + 3, await journal.PositionAsync(Token));
    }

    [Fact]
    public async Task The_database_holds_the_very_bytes_that_core_wrote()
    {
        var journal = open.Store.ServerJournal;
        var start = await journal.PositionAsync(Token);
        JournalEvent hostile = new PluginFaulted("a/b", "e\u0301\u0007\u0000", "\"</script>\ud83d\ude00\u202e") { Occurred = Occurrence.Exactly(A.Moment) };

        await journal.AppendAsync(start, [hostile], A.Moment, Token);

        var rows = await TestCluster.QueryAsync(
            open.Database, $"select encode(bdata, 'hex'), type, version from xdpaudit.mt_events where stream_id = '{journal.Name}' and version > {start}");
        Assert.Equal([$"{Convert.ToHexStringLower(EventJson.Write(hostile))} | plugin_faulted | {start + 1}"], rows);
    }

    [Fact]
    public async Task A_second_writer_is_refused_and_told_where_the_journal_stands()
    {
        var journal = open.Store.HostJournal;
        var start = await journal.PositionAsync(Token);
        await journal.AppendAsync(start, [A.Found(10)], A.Moment, Token);

        var late = await Assert.ThrowsAsync<JournalConflictException>(() => journal.AppendAsync(start, [A.Found(11)], A.Moment, Token));
        var early = await Assert.ThrowsAsync<JournalConflictException>(() => journal.AppendAsync(start + 5, [A.Found(11)], A.Moment, Token));

        Assert.Equal((start, start + 1), (late.Expected, late.Actual));
        Assert.Equal((start + 5, start + 1), (early.Expected, early.Actual));
        Assert.Single(await AllAsync(journal, start));
    }

    [Fact]
    public async Task A_batch_that_is_appended_again_after_a_lost_answer_is_not_appended_twice()
    {
        var journal = open.Store.HostJournal;
        var start = await journal.PositionAsync(Token);
        var batch = A.Many(3, 20);

        var first = await journal.AppendAsync(start, batch, A.Moment, Token);
        var again = await journal.AppendAsync(start, batch, A.Moment, Token);

        Assert.Equal(first.Select(e => e.Position), again.Select(e => e.Position));
        Assert.Equal(3, (await AllAsync(journal, start)).Count);
    }

    [Fact]
    public async Task A_subject_that_the_read_models_could_not_keep_is_refused_before_it_is_recorded()
    {
        var journal = open.Store.ServerJournal;
        var start = await journal.PositionAsync(Token);

        await Assert.ThrowsAsync<ArgumentException>(() => journal.AppendAsync(start, [new PluginRefused("nul\u0000", "c", "w")], A.Moment, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => journal.AppendAsync(start, [new PluginRefused("half\ud800", "c", "w")], A.Moment, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => journal.AppendAsync(start, [new PluginRefused(new string('x', 2000), "c", "w")], A.Moment, Token));

        Assert.Equal(start, await journal.PositionAsync(Token));
    }

    [Fact]
    public async Task A_long_journal_is_read_to_its_end()
    {
        var journal = open.Store.HostJournal;
        var start = await journal.PositionAsync(Token);
        await journal.AppendAsync(start, A.Many(2500, 1000), A.Moment, Token);

        var entries = await AllAsync(journal, start);

        Assert.Equal(Enumerable.Range(1, 2500).Select(i => start + i), entries.Select(e => e.Position));
    }
}
