using System.Buffers;
using System.Globalization;
using System.Text;

namespace XdpAudit.Kernel;

/// <summary>
/// Names in the kernel are bytes that whoever made the object chose: they may hold terminal escapes, line breaks, text that runs backwards
/// or bytes that are no text at all. They are made harmless here, once, and stay distinct: what is not printable is written \xNN.
/// </summary>
public static class KernelText
{
    /// <summary>
    /// UTF-8 as text, where control, formatting and separator characters, invalid bytes and the backslash itself become <c>\xNN</c> byte by
    /// byte, so that two names are never shown alike and <see cref="Unescape"/> gives back the bytes.
    /// </summary>
    public static string Escape(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.ContainsAnyExceptInRange((byte)' ', (byte)'~') && !bytes.Contains((byte)'\\'))
        {
            return Encoding.ASCII.GetString(bytes);
        }

        var text = new StringBuilder(bytes.Length + 16);
        while (!bytes.IsEmpty)
        {
            var valid = Rune.DecodeFromUtf8(bytes, out var rune, out var used) == OperationStatus.Done;
            if (valid && IsPlain(rune))
            {
                text.Append(rune.ToString());
            }
            else
            {
                foreach (var b in bytes[..used])
                {
                    text.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}");
                }
            }

            bytes = bytes[used..];
        }

        return text.ToString();
    }

    /// <summary>The bytes that <see cref="Escape"/> was given.</summary>
    public static byte[] Unescape(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var bytes = new ArrayBufferWriter<byte>(text.Length);
        Span<byte> utf8 = stackalloc byte[4];
        for (var i = 0; i < text.Length;)
        {
            if (text[i] == '\\' && i + 3 < text.Length && text[i + 1] == 'x'
                && byte.TryParse(text.AsSpan(i + 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var b))
            {
                bytes.Write([b]);
                i += 4;
                continue;
            }

            Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var used);
            bytes.Write(utf8[..rune.EncodeToUtf8(utf8)]);
            i += used;
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>The bytes before the first 0, escaped: a fixed char array of a kernel structure.</summary>
    internal static string FromFixed(ReadOnlySpan<byte> array)
    {
        var end = array.IndexOf((byte)0);
        return Escape(end < 0 ? array : array[..end]);
    }

    private static bool IsPlain(Rune rune) =>
        rune.Value != '\\' && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
