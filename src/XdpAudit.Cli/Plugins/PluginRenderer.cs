using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary>Plugins for people.</summary>
internal static class PluginRenderer
{
    internal static void List(IReadOnlyList<PluginView> plugins, Page page) => page.Table(
        ["ID", "STATE", "KIND", "ISOLATION", "VERSION", "APPROVED BY", "WHY"],
        plugins.Select(p => new Cell[] { p.Id, p.State, p.Kind, p.Isolation, p.Version, p.ApprovedBy, p.Code is { } code ? $"{code} {p.Why}" : p.Why ?? "" }));

    internal static void Show(PluginView plugin, Page page)
    {
        page.Line($"plugin {plugin.Id} {plugin.Version}: ", new(plugin.State, plugin.State is "active" or "approved" ? Tone.Good : Tone.Bad));
        page.Member("why", plugin.Code is { } code ? $"{code}: {plugin.Why}" : plugin.Why ?? "");
        page.Member("next", plugin.Remedy ?? "");
        page.Member("kind", plugin.Kind);
        page.Member("for", plugin.Description);
        page.Member("owner", plugin.Owner);
        page.Member("contract", plugin.Contract);
        page.Member("isolation", plugin.Isolation);
        page.Member("native", plugin.AllowNative.Select(n => (Cell)n));
        page.Member("asks for", plugin.LinuxCapabilities.Select(c => (Cell)c));
        page.Member("approved", $"{plugin.ApprovedBy}{(plugin.ApprovedAt is { } at ? $", {page.When(at)}" : "")}{(plugin.Reason is { } reason ? $": {reason}" : "")}");
        page.Member("allow-list", plugin.AllowList);
        page.Member("in place of", plugin.Overrides is { } shipped ? $"{shipped}, which ships" : "");
        page.Member("folder", plugin.Path);
        page.Member("sha256", plugin.Sha256);
        page.Member("files", plugin.Files.Select(f => (Cell)$"{f.Sha256}  {f.Name}"));
    }
}
