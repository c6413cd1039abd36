using System.Text.Json;
using Xunit.Sdk;

namespace XdpAudit.Server.Tests;

/// <summary>What the tests of kills rest on: a fact that is in a journal a second time is noticed, and what happens a second time is none.</summary>
public sealed class ToldOnceTests(OneDaemon one)
{
    [Fact]
    public async Task Each_event_that_is_written_again_is_noticed_and_a_second_attach_is_not()
    {
        using var lab = new Lab();
        var (api, netns) = (one.Daemon.Api, lab.Netns());
        var before = await api.LookAsync();
        var program = $"{(await api.DoAsync(new() { Kind = OperationKinds.ProgramLoad, ObjectPath = one.Object, Program = "sample_pass" })).ProgramId}";
        for (var time = 0; time < 2; time++)
        {
            var attached = await api.DoAsync(new() { Kind = OperationKinds.LinkAttach, Program = program, Interface = "va", Netns = netns });
            await api.DoAsync(new() { Kind = OperationKinds.LinkDetach, Link = $"{attached.LinkId}" });
            await api.DoAsync(new() { Kind = OperationKinds.LinkUnpin, Link = $"{attached.LinkId}", Pin = attached.Pin });
        }

        var journal = await api.JournalAsync();
        var told = journal.Where(e => e.Position > before).ToList();

        Facts.AreToldOnce(journal);
        Assert.Equal(2, told.Count(e => e.Event == "attachment_established"));
        Assert.Superset(new HashSet<string> { "operation_requested", "operation_verified", "program_pinned", "link_pinned", "link_detached", "attachment_removed" }, told.Select(e => e.Event).ToHashSet());
        Assert.All(told, e => Noticed([.. journal, Again(journal, e)]));
        Assert.All(told.Where(e => e.Event is "program_loaded" or "program_found" or "program_pinned"), e => Noticed([.. journal, Again(journal, e) with { OccurredAt = Later(e) }]));
    }

    [Fact]
    public async Task A_holder_that_appears_twice_without_having_gone_is_noticed()
    {
        var any = (await one.Daemon.Api.JournalAsync())[0];
        var appeared = any with
        {
            Event = "holder_appeared", Subjects = ["program/1"], Data = JsonDocument.Parse("""{"held":"program/1","holder":{"kind":"fd","process":{"pid":17,"start_ticks":99},"fd":4}}""").RootElement,
        };
        var gone = appeared with { Event = "holder_gone", OccurredAt = Later(appeared) };
        var back = appeared with { OccurredAt = Later(gone) };

        Facts.AreToldOnce([appeared, gone, back]);
        Noticed([appeared, back]);
        Noticed([appeared, gone, gone with { OccurredAt = Later(gone) }]);
    }

    private static HistoryEntry Again(IReadOnlyList<HistoryEntry> journal, HistoryEntry entry) => entry with { Position = journal[^1].Position + 1, RecordedAt = journal[^1].RecordedAt.AddSeconds(1) };

    private static Occurrence Later(HistoryEntry entry) => Occurrence.Between(entry.OccurredAt.Latest(), entry.OccurredAt.Latest().AddSeconds(1));

    private static void Noticed(IReadOnlyList<HistoryEntry> journal) => Assert.ThrowsAny<XunitException>(() => Facts.AreToldOnce(journal));
}
