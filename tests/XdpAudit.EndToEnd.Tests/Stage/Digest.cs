using System.Text.Json;

namespace XdpAudit.EndToEnd.Tests;

/// <summary>An event in one line: its stored name, those members that a reader would ask for, and who did it, without ids and times.</summary>
internal static class Digest
{
    internal static string Of(HistoryEntry entry, string bpffs)
    {
        var data = entry.Data;
        string[] words = entry.Event switch
        {
            "program_found" or "program_loaded" => [Text(data, "program", "name")],
            "program_pinned" or "program_unpinned" or "link_pinned" or "link_unpinned" => [Pin(data, bpffs)],
            "program_unloaded" or "link_released" or "link_detached" => [Text(data, "why")],
            "holder_appeared" or "holder_gone" => [Holder(data.GetProperty("holder"))],
            "link_found" or "link_created" => [Text(data, "link", "ifname"), Text(data, "link", "mode")],
            "link_program_replaced" => [Text(data, "new_name")],
            "attachment_established" => [Text(data, "interface", "name"), Text(data, "mode"), By(data)],
            "attachment_replaced" => [Text(data, "interface", "name"), Text(data, "mode"), $"{Text(data, "old", "name")}->{Text(data, "new_name")}", By(data)],
            "attachment_removed" => [Text(data, "ifname"), Text(data, "mode"), Text(data, "why")],
            "interface_renamed" => [Text(data, "old_name"), Text(data, "new_name")],
            "interface_moved" => [Text(data, "interface", "name")],
            "interface_removed" => [Text(data, "name"), Text(data, "why")],
            _ => [],
        };
        return string.Join(' ', words.Prepend(entry.Event)) + By(entry);
    }

    /// <summary>Does it speak of a process or map element that holds something? Only looks tell of those, so their place between other events is chance.</summary>
    internal static bool IsOfAHolder(HistoryEntry entry) => entry.Event is "holder_appeared" or "holder_gone";

    /// <summary>Does it speak of a descriptor of somebody who only looks, as bpftool or another auditor on this machine does?</summary>
    internal static bool IsOfABystander(HistoryEntry entry, int auditor) =>
        entry.Event is "holder_appeared" or "holder_gone"
        && entry.Data.GetProperty("holder").TryGetProperty("process", out var process)
        && process.GetProperty("pid").GetInt32() != auditor
        && Text(process, "comm") is not ("keep" or "loader");

    private static string Text(JsonElement data, params string[] path) => path.Aggregate(data, (at, name) => at.GetProperty(name)).GetString()!;

    /// <summary>Does it speak of a pin?</summary>
    internal static bool IsOfAPin(HistoryEntry entry) => entry.Event.EndsWith("_pinned", StringComparison.Ordinal) || entry.Event.EndsWith("_unpinned", StringComparison.Ordinal);

    // Found by looking: nothing. Told by an operation alone: its requester, in brackets.
    private static string By(HistoryEntry entry) => (entry.KnownBy.How, entry.Actor) switch
    {
        (_, Actor.Kernel) => " by the kernel",
        (Knowledge.Observed, Actor.Unknown) => "",
        (Knowledge.Declared, Actor.Process p) => $" (by {p.Identity.Comm})",
        (Knowledge.Witnessed, Actor.Process p) => $" by {p.Identity.Comm ?? "?"}",
        (Knowledge.Witnessed, Actor.Unknown) => " by ?",
        var other => $" by {other}",
    };

    private static string By(JsonElement data) => data.TryGetProperty("link", out _) ? "link" : "netlink";

    private static string Pin(JsonElement data, string bpffs)
    {
        var pin = data.GetProperty("pin");
        return Text(pin, "path").Replace(bpffs + "/", "", StringComparison.Ordinal) + (pin.GetProperty("hidden").GetBoolean() ? " hidden" : "");
    }

    private static string Holder(JsonElement holder) => holder.GetProperty("kind").GetString() == "fd"
        ? $"fd {Text(holder, "process", "comm")}"
        : $"{Text(holder, "map_type")}[{holder.GetProperty("index").GetUInt32()}]";
}
