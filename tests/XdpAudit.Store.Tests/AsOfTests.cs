using static XdpAudit.Store.Tests.OpenStore;

namespace XdpAudit.Store.Tests;

/// <summary>The past, on generated journals: whatever the read models know, the answer is that of folding the journal.</summary>
public sealed class AsOfTests(OpenStore open) : IClassFixture<OpenStore>
{
    private static readonly int[] Seeds = [1, 2, 3];

    [Fact]
    public async Task Every_position_tells_what_folding_the_journal_up_to_it_tells()
    {
        foreach (var seed in Seeds)
        {
            TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
            await AppendAsync(open.Store.HostJournal, Generated.Journal(new(seed), 120));
            await open.Store.CaughtUpAsync(TimeSpan.FromSeconds(60), Token);
            await AppendAsync(open.Store.HostJournal, Generated.Journal(new(seed + 100), 7));
            var all = await AllAsync(open.Store.HostJournal);

            for (var position = 0L; position <= all.Count + 1; position += position > all.Count - 12 ? 1 : 11)
            {
                Assert.Equal(Folded(all, position), Written(await open.Store.Reader.AsOfAsync(open.Store.HostJournal.Name, position, Token)));
            }

            Assert.Equal(Folded(all, all.Count), Written(await open.Store.Reader.LivingAsync(open.Store.HostJournal.Name, Token)));
        }
    }

    [Fact]
    public async Task One_subject_at_a_position_is_what_folding_its_history_tells()
    {
        await AppendAsync(open.Store.HostJournal, Generated.Journal(new(50), 200));
        var all = await AllAsync(open.Store.HostJournal);
        var subjects = all.SelectMany(e => e.Event.Subjects).Distinct().Take(25).ToList();

        foreach (var subject in subjects)
        {
            foreach (var position in new[] { 3L, all.Count / 2, all.Count })
            {
                Assert.Equal(Text(One(all, subject, position)), Text(await open.Store.Reader.SubjectAsync(subject, position, Token)));
            }

            Assert.Equal(Text(One(all, subject, all.Count)), Text(await open.Store.Reader.SubjectAsync(subject, null, Token)));
        }
    }

    [Fact]
    public async Task Subjects_of_a_kind_are_listed_page_by_page_each_once_with_its_last_state()
    {
        await AppendAsync(open.Store.HostJournal, Generated.Journal(new(60), 300));
        await open.Store.CaughtUpAsync(TimeSpan.FromSeconds(60), Token);
        await AppendAsync(open.Store.HostJournal, A.Found(7001), A.Found(7002), A.Unloaded(7001), A.Unloaded(3));
        var all = await AllAsync(open.Store.HostJournal);

        var everything = await ListAsync(ended: true);
        var living = await ListAsync(ended: false);

        Assert.Equal(all.SelectMany(e => e.Event.Subjects).Distinct().Where(s => s.StartsWith("program/", StringComparison.Ordinal) && One(all, s, all.Count) is not null).Order(),
            everything.Select(s => s.Subject).Order());
        Assert.Equal(
            everything.Where(s => StateText.IsKnown(s.State)).Select(s => (s.Subject, Text(s.State))), living.Select(s => (s.Subject, Text(s.State))));
        Assert.All(everything, s => Assert.Equal(Text(One(all, s.Subject, all.Count)), Text(s.State)));
    }

    [Fact]
    public async Task A_list_can_be_narrowed_to_what_may_be_meant_before_it_is_read()
    {
        await AppendAsync(open.Store.HostJournal, [.. Enumerable.Range(9000, 40).SelectMany(id => new[] { A.Found((uint)id), A.Unloaded((uint)id) })]);
        await open.Store.CaughtUpAsync(TimeSpan.FromSeconds(60), Token);
        var before = await open.Store.HostJournal.PositionAsync(Token);
        await AppendAsync(open.Store.HostJournal, A.Found(9050), A.Unloaded(9050));

        // What the read models may not include yet is not left out.
        async Task<IEnumerable<string>> Meant(SubjectFilter only, bool ended = true) =>
            (await ListAsync(ended, only)).Where(s => s.State.LastPosition <= before).Select(s => s.Subject);

        Assert.Equal([A.Subject(9007)], await Meant(new(KernelId: 9007)));
        Assert.Equal([A.Subject(9008)], await Meant(new(KeyPart: A.Subject(9008))));
        Assert.Equal([A.Subject(9009)], await Meant(new(Word: "p9009")));
        Assert.Empty(await Meant(new(Word: "p900")));
        Assert.Empty(await Meant(new(KernelId: 9007, Word: "p9009")));
        Assert.Empty(await Meant(new(KernelId: 9007), ended: false));
        Assert.Contains(A.Subject(9050), (await ListAsync(true, new(KernelId: 9050))).Select(s => s.Subject));
        Assert.Contains(A.Subject(9050), (await ListAsync(true, new(Word: "p9050"))).Select(s => s.Subject));
    }

    [Fact]
    public async Task A_moment_is_the_last_position_recorded_by_then()
    {
        var journal = open.Store.ServerJournal;
        var start = await journal.PositionAsync(Token);
        await journal.AppendAsync(start, [new PluginLoaded("a", "1", "", [])], A.Moment, Token);
        await journal.AppendAsync(start + 1, [new PluginLoaded("b", "1", "", []), new PluginLoaded("c", "1", "", [])], A.Moment.AddHours(1), Token);

        Assert.Equal(start, await open.Store.Reader.PositionAtAsync(journal.Name, A.Moment.AddTicks(-10), Token));
        Assert.Equal(start + 1, await open.Store.Reader.PositionAtAsync(journal.Name, A.Moment, Token));
        Assert.Equal(start + 1, await open.Store.Reader.PositionAtAsync(journal.Name, A.Moment.AddMinutes(59), Token));
        Assert.Equal(start + 3, await open.Store.Reader.PositionAtAsync(journal.Name, A.Moment.AddDays(1), Token));
        Assert.Equal(0, await open.Store.Reader.PositionAtAsync("host/none", A.Moment, Token));
    }

    [Fact]
    public async Task A_page_has_the_entries_after_a_position_since_a_moment_and_of_a_subject()
    {
        var journal = open.Store.HostJournal;
        var start = await journal.PositionAsync(Token);
        await journal.AppendAsync(start, [A.Found(8001), A.Found(8002)], A.Moment.AddYears(1), Token);
        await journal.AppendAsync(start + 2, [A.Pinned(8001, "/sys/fs/bpf/a"), A.Unloaded(8002)], A.Moment.AddYears(2), Token);

        async Task<IEnumerable<long>> Page(long after, DateTimeOffset? since, string? subject, int limit) =>
            (await open.Store.Reader.PageAsync(journal.Name, after, since, subject, limit, Token)).Select(e => e.Position - start);

        Assert.Equal([1, 2, 3], await Page(start, null, null, 3));
        Assert.Equal([3, 4], await Page(start, A.Moment.AddYears(2), null, 10));
        Assert.Equal([1, 3], await Page(start, null, A.Subject(8001), 10));
        Assert.Equal([1], await Page(start, null, A.Subject(8001), 1));
        Assert.Equal([4], await Page(start, A.Moment.AddYears(2), A.Subject(8002), 10));
    }

    private async Task<List<SubjectAt>> ListAsync(bool ended, SubjectFilter? only = null)
    {
        var found = new List<SubjectAt>();
        string? from = null;
        do
        {
            var page = await open.Store.Reader.ListAsync(open.Store.HostJournal.Name, ProgramKey.Kind, ended, only, from, 7, Token);
            found.AddRange(page.Items);
            from = page.Next;
        }
        while (from is not null);
        return found;
    }

    private static SubjectState? One(List<JournalEntry> all, string subject, long position) => all
        .Where(e => e.Position <= position && e.Event.Subjects.Contains(subject))
        .Aggregate((SubjectState?)null, (state, entry) => Subjects.Fold(state, subject, entry));

    private static string Folded(List<JournalEntry> all, long position)
    {
        var entries = all.Where(e => e.Position <= position).ToList();
        var known = entries.SelectMany(e => e.Event.Subjects).Distinct().Order(StringComparer.Ordinal)
            .Select(s => (s, State: One(all, s, position)))
            .Where(s => s.State is not null && StateText.IsKnown(s.State));
        return string.Join('\n', [$"{entries.Count}", .. known.Select(k => $"{k.s} {Text(k.State)}")]);
    }

    private static string Written(JournalState state) => string.Join('\n', [$"{state.Position}", .. state.Subjects.Select(s => $"{s.Subject} {Text(s.State)}")]);

    private static string Text(SubjectState? state) => state is null ? "nothing" : StateText.Write(state);
}
