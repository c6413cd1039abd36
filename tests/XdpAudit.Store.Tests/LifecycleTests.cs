using static XdpAudit.Store.Tests.OpenStore;

namespace XdpAudit.Store.Tests;

/// <summary>Reading lifecycles.</summary>
public sealed class LifecycleTests(OpenStore open) : IClassFixture<OpenStore>
{
    [Fact]
    public async Task What_was_acknowledged_is_read_at_once_whether_the_read_models_have_it_or_not()
    {
        var journal = open.Store.HostJournal;
        for (var i = 0u; i < 30; i++)
        {
            var entry = (await AppendAsync(journal, A.Found(100 + i)))[0];

            var living = await open.Store.Reader.LivingAsync(journal.Name, Token);

            Assert.Equal(entry.Position, living.Position);
            Assert.Contains(living.Subjects, s => s.Subject == A.Subject(100 + i));
            Assert.NotNull(await open.Store.Reader.SubjectAsync(A.Subject(100 + i), null, Token));
        }
    }

    [Fact]
    public async Task A_history_has_every_event_that_names_the_subject_and_no_other()
    {
        var journal = open.Store.HostJournal;
        var all = await AppendAsync(journal, A.Found(200), A.Found(201), A.Pinned(200, "/sys/fs/bpf/x"), A.Unloaded(201), A.Unloaded(200));
        var expected = new[] { all[0], all[2], all[4] }.Select(e => e.Position);

        var early = await open.Store.Reader.HistoryAsync(A.Subject(200), null, Token);
        await open.Store.CaughtUpAsync(TimeSpan.FromSeconds(30), Token);
        var late = await open.Store.Reader.HistoryAsync(A.Subject(200), null, Token);
        var part = await open.Store.Reader.HistoryAsync(A.Subject(200), all[2].Position, Token);

        Assert.Equal(expected, early.Select(e => e.Position));
        Assert.Equal(expected, late.Select(e => e.Position));
        Assert.Equal([all[0].Position, all[2].Position], part.Select(e => e.Position));
    }

    [Fact]
    public async Task The_read_models_catch_up()
    {
        var entry = (await AppendAsync(open.Store.HostJournal, A.Found(300)))[0];

        await open.Store.CaughtUpAsync(TimeSpan.FromSeconds(30), Token);

        var rows = await TestCluster.QueryAsync(open.Database, $"select last_position, known from xdpaudit.mt_doc_lifecycle where id = '{A.Subject(300)}'");
        Assert.Equal([$"{entry.Position} | True"], rows);
    }
}
