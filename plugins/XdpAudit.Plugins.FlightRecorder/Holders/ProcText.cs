using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>The text of procfs (proc(5)). Names are bytes that whoever made the object chose; they are made harmless here and stay distinct.</summary>
internal static class ProcText
{
    /// <summary>PF_KTHREAD of the kernel's task flags.</summary>
    private const ulong KernelThreadFlag = 0x0020_0000;

    /// <summary>What /proc/PID/stat tells.</summary>
    internal readonly record struct Stat(string Comm, int Parent, bool KernelThread, ulong StartTicks);

    /// <summary>
    /// <c>4711 (some ) name) S 1 ...</c>: the name is whatever the process chose, brackets and spaces and line breaks included, so it ends at the
    /// last bracket. Field 4 is the parent, 9 the flags, 22 the start time in clock ticks since boot.
    /// </summary>
    internal static bool TryParseStat(ReadOnlySpan<byte> line, out Stat stat)
    {
        stat = default;
        var open = line.IndexOf((byte)'(');
        var close = line.LastIndexOf((byte)')');
        if (open < 0 || close < open || close + 2 > line.Length)
        {
            return false;
        }

        var (parent, flags, field) = (0, 0ul, 2);
        var rest = line[(close + 2)..];
        foreach (var range in rest.Split((byte)' '))
        {
            var text = rest[range];
            switch (++field)
            {
                case 4 when !Utf8Parser.TryParse(text, out parent, out _):
                case 9 when !Utf8Parser.TryParse(text, out flags, out _):
                    return false;
                case 22:
                    var parsed = Utf8Parser.TryParse(text, out ulong start, out _);
                    stat = new(Escape(line[(open + 1)..close]), parent, (flags & KernelThreadFlag) != 0, start);
                    return parsed;
            }
        }

        return false;
    }

    /// <summary><c>Uid:	1000	1000	1000	1000</c> in /proc/PID/status: the first is the real one.</summary>
    internal static uint? Uid(ReadOnlySpan<byte> status)
    {
        var at = status.IndexOf("\nUid:\t"u8);
        return at >= 0 && Utf8Parser.TryParse(status[(at + 6)..], out uint uid, out _) ? uid : null;
    }

    /// <summary>A number alone in a file: /proc/PID/loginuid. Null for 4294967295, which means never set.</summary>
    internal static uint? LoginUid(ReadOnlySpan<byte> content) =>
        Utf8Parser.TryParse(content, out uint uid, out _) && uid != uint.MaxValue ? uid : null;

    /// <summary>/proc/PID/cmdline: arguments ended by 0; joined by spaces and cut at 256 bytes.</summary>
    internal static string CommandLine(ReadOnlySpan<byte> content)
    {
        const int most = 256;
        var bytes = content[..Math.Min(content.Length, most)].TrimEnd((byte)0).ToArray();
        bytes.AsSpan().Replace((byte)0, (byte)' ');
        return Escape(bytes);
    }

    /// <summary><c>net:[4026531833]</c>.</summary>
    internal static ulong? Namespace(ReadOnlySpan<byte> target)
    {
        var open = target.IndexOf((byte)'[');
        return open >= 0 && Utf8Parser.TryParse(target[(open + 1)..], out ulong inode, out _) ? inode : null;
    }

    /// <summary>The bytes before the first 0, escaped: a fixed char array of a kernel structure.</summary>
    internal static string FromFixed(ReadOnlySpan<byte> array)
    {
        var end = array.IndexOf((byte)0);
        return Escape(end < 0 ? array : array[..end]);
    }

    /// <summary>
    /// UTF-8 as text, where control, formatting and separator characters, invalid bytes and the backslash itself become <c>\xNN</c> byte by byte:
    /// the auditor writes names it reads itself the same way.
    /// </summary>
    internal static string Escape(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.ContainsAnyExceptInRange((byte)' ', (byte)'~') && !bytes.Contains((byte)'\\'))
        {
            return Encoding.ASCII.GetString(bytes);
        }

        var text = new StringBuilder(bytes.Length + 16);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var used) == OperationStatus.Done && IsPlain(rune))
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

    private static bool IsPlain(Rune rune) =>
        rune.Value != '\\' && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
