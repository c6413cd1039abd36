using System.Text.Json;

namespace XdpAudit.Server.Tests;

/// <summary>What makes an event of a journal one. Its position and the time of its recording do not: a second writing of the same has others.</summary>
internal static class Facts
{
    private static readonly string[] _begins = ["boot_began", "program_loaded", "program_found", "link_created", "link_found", "map_found"];
    private static readonly string[] _ends = ["boot_ended", "program_unloaded", "link_released", "map_gone"];

    /// <summary>Nothing is told twice: no fact, no beginning and no end of one thing, and of what comes and goes no coming before it has gone.</summary>
    internal static void AreToldOnce(IReadOnlyList<HistoryEntry> journal)
    {
        Once(journal, e => $"{e.Event} {string.Join(' ', e.Subjects)} {JsonSerializer.Serialize(e.OccurredAt)} {e.Data.GetRawText()}");
        Once(journal.Where(e => _begins.Contains(e.Event)), e => e.Subjects[0]);
        Once(journal.Where(e => _ends.Contains(e.Event)), e => e.Subjects[0]);

        // What moves with its interface comes to a place without having come into force there.
        var moved = journal.Where(e => e.Event == "interface_moved").SelectMany(e => e.Subjects).ToHashSet();
        Assert.All(
            journal.Where(e => !moved.Contains(e.Subjects[0])).Select(e => (Entry: e, Thing: Thing(e))).Where(e => e.Thing is not null).GroupBy(e => e.Thing!.Value.Key),
            thing => Assert.All(thing.Zip(thing.Skip(1)), pair => Assert.True(
                pair.First.Entry.Event != pair.Second.Entry.Event || pair.First.Thing!.Value.As != pair.Second.Thing!.Value.As,
                $"at {pair.First.Entry.Position} and again at {pair.Second.Entry.Position}: {pair.Second.Entry.Sentence}")));
    }

    private static void Once(IEnumerable<HistoryEntry> journal, Func<HistoryEntry, string> identity) =>
        Assert.All(journal.GroupBy(identity), same => Assert.True(same.Count() == 1, $"told at {string.Join(" and at ", same.Select(e => e.Position))}: {same.First().Sentence}"));

    // What it is, and what may be told of it anew while it is there: whether its pin is hidden, which program is in force.
    private static (string Key, string As)? Thing(HistoryEntry entry) => entry.Event switch
    {
        "program_pinned" or "program_unpinned" or "link_pinned" or "link_unpinned" or "map_pinned" or "map_unpinned" when entry.Data.GetProperty("pin") is var pin =>
            ($"{entry.Subjects[0]} {pin.GetProperty("device")} {pin.GetProperty("inode")}", pin.GetRawText()),
        "holder_appeared" or "holder_gone" => ($"{entry.Subjects[0]} {Holder(entry.Data.GetProperty("holder"))}", ""),
        "attachment_established" or "attachment_replaced" or "attachment_removed" =>
            ($"{entry.Subjects[0]} {entry.Data.GetProperty("mode")}", entry.Event == "attachment_replaced" ? entry.Data.GetProperty("new_program").GetRawText() : ""),
        _ => null,
    };

    private static string Holder(JsonElement holder) => holder.TryGetProperty("process", out var process)
        ? $"{process.GetProperty("pid")} {(process.TryGetProperty("start_ticks", out var start) ? start : default)}"
        : $"{holder.GetProperty("map")} {holder.GetProperty("index")}";
}
