using System.Globalization;
using System.Text;

namespace XdpAudit.Cli;

/// <summary>Where renderers write: lines, columns and named members, made printable and coloured in this one place.</summary>
internal sealed class Page(TextWriter writer, bool colours, DateTimeOffset now)
{
    private const string Reset = "\u001b[0m";

    /// <summary>The moment against which ages are told.</summary>
    internal DateTimeOffset Now { get; } = now;

    /// <summary>One line.</summary>
    internal void Line(params ReadOnlySpan<Cell> cells)
    {
        foreach (var cell in cells)
        {
            Write(cell, Printable.Line(cell.Text));
        }

        writer.Write('\n');
    }

    /// <summary>An empty line between parts.</summary>
    internal void Gap() => writer.Write('\n');

    /// <summary>
    /// Rows under a heading, each column as wide as its widest cell, two blanks between; the last is not padded, so no line ends in blanks.
    /// Without rows nothing is written.
    /// </summary>
    internal void Table(IReadOnlyList<string> heading, IEnumerable<Cell[]> rows, string indent = "")
    {
        var lines = rows.Select(row => row.Select(cell => cell with { Text = cell.Text.Length == 0 ? "-" : Printable.Line(cell.Text) }).ToArray()).ToList();
        if (lines.Count == 0)
        {
            return;
        }

        lines.Insert(0, [.. heading.Select(h => new Cell(h, Tone.Faint))]);
        var widths = new int[heading.Count];
        foreach (var line in lines)
        {
            for (var i = 0; i < widths.Length; i++)
            {
                widths[i] = Math.Max(widths[i], Width(line[i].Text));
            }
        }

        foreach (var line in lines)
        {
            writer.Write(indent);
            Row(line, widths);
        }
    }

    /// <summary>One row with columns at least this wide; for a stream, whose widest cell is not known yet.</summary>
    internal void Row(IReadOnlyList<Cell> cells, IReadOnlyList<int> widths)
    {
        for (var i = 0; i < cells.Count; i++)
        {
            var text = Printable.Line(cells[i].Text);
            Write(cells[i], text);
            if (i < cells.Count - 1)
            {
                writer.Write(new string(' ', Math.Max(0, widths[i] - Width(text)) + 2));
            }
        }

        writer.Write('\n');
    }

    /// <summary>A named member, its values below one another; nothing when it has none.</summary>
    internal void Member(string name, params IEnumerable<Cell> values)
    {
        var first = true;
        foreach (var value in values.Where(v => v.Text.Length > 0))
        {
            Line("  ", new(first ? name.PadRight(13) : new string(' ', 13), Tone.Faint), " ", value);
            first = false;
        }
    }

    /// <summary>A moment with its age: <c>2026-11-22 18:40:03Z (2h ago)</c>; empty for none.</summary>
    internal string When(DateTimeOffset? at) => at is { } t ? $"{Moments.Text(t)} ({Moments.Age(t, Now)})" : "";

    /// <summary>An age alone; empty for none.</summary>
    internal string Age(DateTimeOffset? at) => at is { } t ? Moments.Age(t, Now) : "";

    /// <summary>Bytes in the unit that reads best; empty when not known.</summary>
    internal static string Bytes(ulong? bytes) => bytes switch
    {
        null => "",
        < 10 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 10 * 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024 / 1024} MiB"),
    };

    private void Write(Cell cell, string printable)
    {
        var colour = !colours ? "" : cell.Tone switch
        {
            Tone.Good => "\u001b[32m",
            Tone.Warn => "\u001b[33m",
            Tone.Bad => "\u001b[31m",
            Tone.Faint => "\u001b[2m",
            _ => "",
        };
        writer.Write(colour);
        writer.Write(printable);
        writer.Write(colour.Length == 0 ? "" : Reset);
    }

    // East Asian wide letters take two columns in a terminal; marks that sit on another letter take none.
    private static int Width(string text)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            width += rune.IsAscii ? 1
                : Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? 0
                : rune.Value is (>= 0x1100 and <= 0x115f) or (>= 0x2e80 and <= 0xa4cf) or (>= 0xac00 and <= 0xd7a3) or (>= 0xf900 and <= 0xfaff)
                    or (>= 0xfe30 and <= 0xfe6f) or (>= 0xff00 and <= 0xff60) or (>= 0xffe0 and <= 0xffe6) or (>= 0x1f300 and <= 0x1faff) or (>= 0x20000 and <= 0x3fffd) ? 2
                : 1;
        }

        return width;
    }
}
