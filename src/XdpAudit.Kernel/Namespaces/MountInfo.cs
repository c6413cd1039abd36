using System.Buffers.Text;

namespace XdpAudit.Kernel;

/// <summary>A line of /proc/PID/mountinfo (proc_pid_mountinfo(5)), the members we use. Paths are bytes, unescaped.</summary>
internal sealed record MountInfo(uint Id, uint Parent, uint Major, uint Minor, byte[] Root, byte[] MountPoint, string FsType)
{
    /// <summary>st_dev of files on it, as stat(2) gives it.</summary>
    internal ulong Device => DeviceNumber.Make(Major, Minor);

    /// <summary><c>36 35 98:0 /mnt1 /mnt\0402 rw,noatime master:1 - ext3 /dev/root rw</c>; false for a line that is not one.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> line, out MountInfo? mount)
    {
        mount = null;
        Span<Range> fields = stackalloc Range[6];
        var separator = line.IndexOf(" - "u8);
        if (separator < 0 || Split(line[..separator], fields) < 6)
        {
            return false;
        }

        var device = line[fields[2]];
        var colon = device.IndexOf((byte)':');
        if (colon < 0
            || !Utf8Parser.TryParse(line[fields[0]], out uint id, out _) || !Utf8Parser.TryParse(line[fields[1]], out uint parent, out _)
            || !Utf8Parser.TryParse(device[..colon], out uint major, out _) || !Utf8Parser.TryParse(device[(colon + 1)..], out uint minor, out _))
        {
            return false;
        }

        var rest = line[(separator + 3)..];
        var end = rest.IndexOf((byte)' ');
        mount = new(id, parent, major, minor, Unescape(line[fields[3]]), Unescape(line[fields[4]]),
            System.Text.Encoding.ASCII.GetString(end < 0 ? rest : rest[..end]));
        return true;
    }

    /// <summary>All lines that are mounts, in the kernel's order: a mount comes after the one it is on.</summary>
    internal static List<MountInfo> ParseAll(ReadOnlySpan<byte> content)
    {
        var mounts = new List<MountInfo>();
        foreach (var range in content.Split((byte)'\n'))
        {
            if (TryParse(content[range], out var mount))
            {
                mounts.Add(mount!);
            }
        }

        return mounts;
    }

    /// <summary>Space, tab, line break, backslash and # are written as three octal digits after a backslash.</summary>
    internal static byte[] Unescape(ReadOnlySpan<byte> text)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 3 < text.Length && IsOctal(text[i + 1]) && IsOctal(text[i + 2]) && IsOctal(text[i + 3]))
            {
                bytes.Add((byte)(((text[i + 1] - '0') << 6) | ((text[i + 2] - '0') << 3) | (text[i + 3] - '0')));
                i += 3;
            }
            else
            {
                bytes.Add(text[i]);
            }
        }

        return [.. bytes];
    }

    private static bool IsOctal(byte b) => b is >= (byte)'0' and <= (byte)'7';

    private static int Split(ReadOnlySpan<byte> line, Span<Range> fields)
    {
        var count = 0;
        foreach (var range in line.Split((byte)' '))
        {
            if (count == fields.Length)
            {
                break;
            }

            fields[count++] = range;
        }

        return count;
    }
}
