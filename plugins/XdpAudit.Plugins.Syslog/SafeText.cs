using System.Globalization;
using System.Text;

namespace XdpAudit.Plugins.Syslog;

/// <summary>
/// Text in which names are that others chose: what ends a line, moves a cursor or turns the direction of writing stands there as its number, since many
/// receivers write what they get to a terminal or a file of lines.
/// </summary>
internal static class SafeText
{
    internal static string Of(string text)
    {
        if (!text.EnumerateRunes().Any(Unsafe))
        {
            return text;
        }

        var safe = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = Unsafe(rune) ? safe.Append(rune.Value < 0x100 ? string.Create(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}") : string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}")) : safe.Append(rune);
        }

        return safe.ToString();
    }

    private static bool Unsafe(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
