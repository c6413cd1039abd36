using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary>Differences for people.</summary>
internal static class DiffRenderer
{
    internal static void Show(DiffView diff, Page page) => page.Table(
        ["CHANGE", "KIND", "NAME", "WHAT"],
        diff.Lines.Select(l => new Cell[] { Cell.State(l.Change), l.Kind, l.Name.Length > 0 ? l.Name : l.Key, l.What }));
}
