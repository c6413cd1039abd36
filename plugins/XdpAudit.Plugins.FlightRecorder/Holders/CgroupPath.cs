using System.Text.RegularExpressions;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>What the path of a cgroup tells of the container and the pod it belongs to.</summary>
internal static partial class CgroupPath
{
    /// <summary>/proc/PID/cgroup (cgroups(7)): the path in the unified hierarchy, <c>0::/system.slice/x.service</c>, else in the first; escaped.</summary>
    internal static string? Of(ReadOnlySpan<byte> content)
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

    /// <summary>The id of the innermost container that any line names: 64 hexadecimal digits, as docker, containerd, cri-o and podman give them.</summary>
    internal static string? Container(ReadOnlySpan<byte> content) => LastIn(content, ContainerId());

    /// <summary>The uid of the Kubernetes pod that any line names, with dashes: <c>kubepods-burstable-pod1234_...slice</c>, <c>/kubepods/pod1234-...</c>.</summary>
    internal static string? Pod(ReadOnlySpan<byte> content) => LastIn(content, PodUid())?.Replace('_', '-');

    private static string? LastIn(ReadOnlySpan<byte> content, Regex pattern)
    {
        foreach (var range in content.Split((byte)'\n'))
        {
            if (PathIn(content[range]) is { } path && pattern.Matches(path) is { Count: > 0 } found)
            {
                return found[^1].Groups[1].Value;
            }
        }

        return null;
    }

    private static string? PathIn(ReadOnlySpan<byte> line)
    {
        var first = line.IndexOf((byte)':');
        var second = first < 0 ? -1 : line[(first + 1)..].IndexOf((byte)':');
        return second < 0 ? null : ProcText.Escape(line[(first + second + 2)..]);
    }

    [GeneratedRegex("(?:^|[/:-])([0-9a-f]{64})(?=[./]|$)")]
    private static partial Regex ContainerId();

    // A static pod's uid is a digest without dashes.
    [GeneratedRegex("[/-]pod([0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12}|[0-9a-f]{32})(?=[./]|$)")]
    private static partial Regex PodUid();
}
