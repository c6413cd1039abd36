using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary>Maps for people.</summary>
internal static class MapRenderer
{
    internal static void List(IReadOnlyList<MapView> maps, Page page) => List(maps, page, "");

    internal static void List(IReadOnlyList<MapView> maps, Page page, string indent) => page.Table(
        ["ID", "NAME", "TYPE", "USED BY", "KEEPS", "MEMLOCK", "FIRST SEEN", "HELD BY"],
        maps.Select(m => new Cell[]
        {
            m.Id.ToString(), m.Name, m.Type, string.Join(", ", m.UsedBy), string.Join(", ", m.Keeps), Page.Bytes(m.MemlockBytes), page.Age(m.FirstSeen),
            HolderRenderer.Brief(m.Holders),
        }),
        indent);
}
