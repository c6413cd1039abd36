using System.Globalization;
using System.Text;

namespace XdpAudit.Plugins.Findings;

/// <summary>Words for a POSIX shell. Pure.</summary>
internal static class Sh
{
    /// <summary>
    /// A name as one word: nothing in it is expanded, also a quote, a newline, <c>$(x)</c> or a backtick. Our written form <c>\xNN</c> of a byte
    /// becomes that byte again, by way of printf(1), so that the line stays printable and no terminal escape reaches the terminal.
    /// </summary>
    internal static string Quote(string name)
    {
        var bytes = Bytes(name);
        if (bytes.TrueForAll(b => b is >= 0x20 and < 0x7f))
        {
            return Literal(Encoding.ASCII.GetString([.. bytes]));
        }

        // A command substitution drops newlines at the end; those are written as they are.
        var end = bytes.Count;
        while (end > 0 && bytes[end - 1] == (byte)'\n')
        {
            end--;
        }

        var text = new StringBuilder();
        foreach (var b in bytes.Take(end))
        {
            _ = b is >= 0x20 and < 0x7f && b is not ((byte)'\\' or (byte)'%' or (byte)'\'')
                ? text.Append((char)b)
                : text.Append('\\').Append(Convert.ToString(b, 8).PadLeft(3, '0'));
        }

        var tail = end == bytes.Count ? "" : $"'{new string('\n', bytes.Count - end)}'";
        return end == 0 ? tail : $"\"$(printf '{text}')\"{tail}";
    }

    /// <summary>Text as one word, exactly as it is: for xdpaudit, which takes names in our written form.</summary>
    internal static string Literal(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static List<byte> Bytes(string name)
    {
        var bytes = new List<byte>(name.Length);
        for (var i = 0; i < name.Length;)
        {
            if (name[i] == '\\' && i + 3 < name.Length && name[i + 1] == 'x'
                && byte.TryParse(name.AsSpan(i + 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                bytes.Add(value);
                i += 4;
                continue;
            }

            var length = char.IsSurrogatePair(name, i) ? 2 : 1;
            bytes.AddRange(Encoding.UTF8.GetBytes(name.Substring(i, length)));
            i += length;
        }

        return bytes;
    }
}
