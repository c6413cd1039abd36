using System.Globalization;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary>Events for people: one line each, with place, time, how it is known and by whom.</summary>
internal static class HistoryRenderer
{
    private static readonly string[] Heading = ["POSITION", "TIME", "KNOWN_BY", "ACTOR", "SENTENCE"];
    private static readonly int[] StreamWidths = [8, 20, 9, 16, 0];

    internal static void List(IReadOnlyList<HistoryEntry> entries, Page page) => page.Table(Heading, entries.Select(Cells));

    /// <summary>The heading of a stream.</summary>
    internal static void StreamHeading(Page page) => page.Row([.. Heading.Select(h => new Cell(h, Tone.Faint))], StreamWidths);

    /// <summary>One line of a stream.</summary>
    internal static void StreamLine(HistoryEntry entry, Page page) => page.Row(Cells(entry), StreamWidths);

    // A position alone is of the host's journal, the only one that --at position:N speaks of.
    private static Cell[] Cells(HistoryEntry e) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"{(e.Journal == "host" ? "" : e.Journal + ":")}{e.Position}"),
        Moments.Text(e.OccurredAt),
        e.KnownBy.How,
        ProcessText.Of(e.Actor),
        e.Sentence,
    ];
}
