namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>What /proc/PID/cgroup (cgroups(7)) tells: one line for each hierarchy.</summary>
internal static class ProcCgroup
{
    /// <summary>The path in the unified hierarchy, <c>0::/system.slice/x.service</c>, else in the first; escaped.</summary>
    internal static string? PathOf(ReadOnlySpan<byte> content)
    {
        string? first = null;
        foreach (var range in content.Split((byte)'\n'))
        {
            if (PathIn(content[range]) is { } path)
            {
                if (content[range].StartsWith("0::"u8))
                {
                    return path;
                }

                first ??= path;
            }
        }

        return first;
    }

    /// <summary>The container and pod of the first line that names one.</summary>
    internal static (string? Container, string? Pod) NamesOf(ReadOnlySpan<byte> content)
    {
        foreach (var range in content.Split((byte)'\n'))
        {
            if (PathIn(content[range]) is { } path && CgroupNames.Parse(path) is var names and not (null, null))
            {
                return names;
            }
        }

        return (null, null);
    }

    private static string? PathIn(ReadOnlySpan<byte> line)
    {
        var first = line.IndexOf((byte)':');
        var second = first < 0 ? -1 : line[(first + 1)..].IndexOf((byte)':');
        return second < 0 ? null : ProcText.Escape(line[(first + second + 2)..]);
    }
}
