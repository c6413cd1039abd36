namespace XdpAudit.Kernel;

/// <summary>/proc/PID/cgroup (cgroups(7)).</summary>
internal static class ProcCgroup
{
    /// <summary><c>0::/system.slice/x.service</c>: the unified hierarchy where there is one that is used, else the first line's path.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> content, out ReadOnlySpan<byte> path)
    {
        path = [];
        var found = false;
        foreach (var range in content.Split((byte)'\n'))
        {
            var line = content[range];
            var first = line.IndexOf((byte)':');
            var second = first < 0 ? -1 : line[(first + 1)..].IndexOf((byte)':');
            if (second < 0)
            {
                continue;
            }

            var here = line[(first + second + 2)..];
            if (line.StartsWith("0::"u8))
            {
                path = here;
                return true;
            }

            if (!found)
            {
                path = here;
                found = true;
            }
        }

        return found;
    }
}
