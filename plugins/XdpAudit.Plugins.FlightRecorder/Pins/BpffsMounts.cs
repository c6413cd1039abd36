using System.Text;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>/proc/self/mountinfo (proc_pid_mountinfo(5)): where a bpffs is mounted.</summary>
internal static class BpffsMounts
{
    private static readonly EnumerationOptions NoLinks = new() { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };

    /// <summary>The mount points of lines like <c>44 43 0:39 / /sys/fs/bpf rw,relatime - bpf bpf rw,mode=700</c>, unescaped.</summary>
    internal static IReadOnlyList<string> Parse(string content)
    {
        var points = new List<string>();
        foreach (var line in content.Split('\n'))
        {
            var separator = line.IndexOf(" - bpf ", StringComparison.Ordinal);
            if (separator >= 0 && line[..separator].Split(' ') is { Length: > 4 } fields && !points.Contains(Unescape(fields[4])))
            {
                points.Add(Unescape(fields[4]));
            }
        }

        return points;
    }

    /// <summary>The directory and all below it, as far as they are on a bpffs: another mount may cover it, or a directory in it.</summary>
    internal static List<string> Directories(string root)
    {
        var found = new List<string>();
        var left = new Queue<string>([root]);
        while (left.TryDequeue(out var path))
        {
            if (FileCalls.IsOnBpffs(path))
            {
                found.Add(path);
                try
                {
                    foreach (var below in Directory.EnumerateDirectories(path, "*", NoLinks))
                    {
                        left.Enqueue(below);
                    }
                }
                catch (DirectoryNotFoundException)
                {
                    // It went while we came: nothing is left in it to listen to.
                }
            }
        }

        return found;
    }

    // Space, tab, line break and backslash are written as three octal digits after a backslash.
    private static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 3 < text.Length && text.AsSpan(i + 1, 3).IndexOfAnyExceptInRange('0', '7') < 0)
            {
                plain.Append((char)(((text[i + 1] - '0') << 6) | ((text[i + 2] - '0') << 3) | (text[i + 3] - '0')));
                i += 3;
            }
            else
            {
                plain.Append(text[i]);
            }
        }

        return plain.ToString();
    }
}
