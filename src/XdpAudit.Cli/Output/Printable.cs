using System.Globalization;
using System.Text;

namespace XdpAudit.Cli;

/// <summary>
/// Makes text safe for a terminal. The auditor escapes what it reads from the kernel; this is the second lock, for an auditor of another version
/// or a stranger behind the socket: no control, no invisible and no direction-changing character reaches a terminal.
/// </summary>
internal static class Printable
{
    /// <summary>The text on one line, with <c>\x1b</c> or <c>\u202e</c> in place of what must not be printed; the same text when all may be.</summary>
    internal static string Line(string text) => IsSafe(text) ? text : Escaped(text);

    /// <summary>Every character may be printed as it is.</summary>
    internal static bool IsSafe(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsSafe(rune))
            {
                return false;
            }
        }

        // A lone surrogate is enumerated as the replacement character, which is printable; the text itself is not well-formed.
        return !HasLoneSurrogate(text);
    }

    /// <summary>
    /// JSON text with invisible and direction-changing characters written as <c>\uNNNN</c>, which means the same: outside of strings JSON has
    /// only ASCII, and the control characters in strings are escaped by any writer.
    /// </summary>
    internal static string Json(string json)
    {
        StringBuilder? result = null;
        for (var i = 0; i < json.Length; i++)
        {
            var c = json[i];
            var pair = char.IsHighSurrogate(c) && i + 1 < json.Length && char.IsLowSurrogate(json[i + 1]);
            var safe = c is '\n' || (pair ? IsSafe(new Rune(c, json[i + 1])) : !char.IsSurrogate(c) && IsSafe(new Rune(c)));
            if (!safe)
            {
                result ??= new StringBuilder(json, 0, i, json.Length + 64);
                Append16(result, c);
                if (pair)
                {
                    Append16(result, json[++i]);
                }

                continue;
            }

            result?.Append(c);
            if (pair)
            {
                result?.Append(json[i + 1]);
                i++;
            }
        }

        return result?.ToString() ?? json;
    }

    private static string Escaped(string text)
    {
        var result = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune))
            {
                Append16(result, text[i]);
                continue;
            }

            if (IsSafe(rune))
            {
                result.Append(rune.ToString());
            }
            else if (rune.Value < 0x100)
            {
                result.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}");
            }
            else if (rune.IsBmp)
            {
                Append16(result, (char)rune.Value);
            }
            else
            {
                result.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}");
            }

            i += rune.Utf16SequenceLength - 1;
        }

        return result.ToString();
    }

    private static bool IsSafe(Rune rune) => rune.IsAscii
        ? rune.Value is >= 0x20 and < 0x7f
        : Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned)
          && !IsInvisible(rune);

    // Letters and marks by category, nothing to the eye: fillers and variation selectors.
    private static bool IsInvisible(Rune rune) =>
        rune.Value is 0x034f or 0x115f or 0x1160 or 0x17b4 or 0x17b5 or 0x2800 or 0x3164 or 0xffa0 or (>= 0xfe00 and <= 0xfe0f) or (>= 0xe0100 and <= 0xe01ef);

    private static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]))
            {
                if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
                {
                    return true;
                }

                i++;
            }
        }

        return false;
    }

    private static void Append16(StringBuilder result, char c) => result.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
}
