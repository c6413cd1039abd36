using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary>Links for people.</summary>
internal static class LinkRenderer
{
    internal static void List(IReadOnlyList<LinkView> links, Page page) => List(links, page, "");

    internal static void List(IReadOnlyList<LinkView> links, Page page, string indent) => page.Table(
        ["ID", "TYPE", "STATE", "PROGRAM", "INTERFACE", "MODE", "FIRST SEEN", "HELD BY"],
        links.Select(l => new Cell[]
        {
            l.Id.ToString(), l.Type, Cell.State(l.State), $"{l.ProgramId} {l.ProgramName}".TrimEnd(), Interface(l),
            l.Mode == XdpMode.Unknown ? "" : l.Mode.Text(), page.Age(l.FirstSeen), HolderRenderer.Brief(l.Holders),
        }),
        indent);

    internal static void Show(LinkView link, Page page)
    {
        page.Line($"link {link.Id}: ", Cell.State(link.State));
        page.Member("defunct", link.DefunctSince is { } since ? $"since {page.When(since)}: {link.DefunctWhy ?? "unknown"}; it still holds its program" : "");
        page.Member("key", link.Key.Value);
        page.Member("type", link.Type);
        page.Member("program", $"{link.ProgramId} {link.ProgramName}".TrimEnd());
        page.Member(link.State == LinkStates.Attached ? "attached to" : "was on", Interface(link) is { Length: > 0 } name ? $"{name} {link.Mode.Text()}" : "");
        page.Member("held by", link.Holders.Select(h => (Cell)HolderRenderer.Line(h, page)));
        page.Member("pins", link.Pins.Select(p => (Cell)p.Value));
        page.Member("first seen", page.When(link.FirstSeen));
        page.Member("ended", ProgramRenderer.End(link.Ended));
        page.Member("operation", link.Operation?.Value ?? "");
        page.Member("events", ProgramRenderer.Positions(link.FirstPosition, link.LastPosition));
    }

    private static string Interface(LinkView l) => l.NetnsName is { } netns && l.IfName.Length > 0 ? $"{l.IfName}@{netns}" : l.IfName;
}
