using System.Buffers;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>
/// What the path of a cgroup tells of containers, in the forms that container engines give it:
/// <c>/docker/ID</c>, <c>/system.slice/docker-ID.scope</c>, <c>/machine.slice/libpod-ID.scope/container</c>,
/// <c>/kubepods/burstable/podUID/ID</c>, <c>/kubepods.slice/…/kubepods-burstable-podUID.slice/cri-containerd-ID.scope</c> (or <c>crio-ID.scope</c>),
/// <c>/…-podUID.slice:cri-containerd:ID</c>. An ID is 64 hexadecimal digits.
/// </summary>
internal static class CgroupNames
{
    private const int IdLength = 64;

    private static readonly SearchValues<char> IdDigits = SearchValues.Create("0123456789abcdef");
    private static readonly SearchValues<char> UidDigits = SearchValues.Create("0123456789abcdef-_");

    /// <summary>The innermost container and pod; null where the path names none.</summary>
    internal static (string? Container, string? Pod) Parse(ReadOnlySpan<char> path)
    {
        string? container = null;
        string? pod = null;
        var inKubepods = false;
        foreach (var range in path.Split('/'))
        {
            var segment = path[range];
            inKubepods |= segment.Contains("kubepods", StringComparison.Ordinal);
            if (inKubepods && TryPod(segment, out var uid))
            {
                (pod, container) = (uid, null);
            }

            if (TryContainer(segment, out var id))
            {
                container = id;
            }
        }

        return (container, pod);
    }

    private static bool TryContainer(ReadOnlySpan<char> segment, out string id)
    {
        id = "";
        var name = segment.EndsWith(".scope") ? segment[..^".scope".Length] : segment;
        if (name.Length < IdLength || name[^IdLength..].ContainsAnyExcept(IdDigits))
        {
            return false;
        }

        // docker-, libpod-, crio-, cri-containerd-, or :cri-containerd: before it, or nothing. A conmon watches a container from outside.
        var before = name[..^IdLength];
        if (before.Length > 0 && (before[^1] is not ('-' or ':') || before.EndsWith("conmon-")))
        {
            return false;
        }

        id = name[^IdLength..].ToString();
        return true;
    }

    private static bool TryPod(ReadOnlySpan<char> segment, out string uid)
    {
        uid = "";
        var name = segment.IndexOf(':') is var colon and >= 0 ? segment[..colon] : segment;
        name = name.EndsWith(".slice") ? name[..^".slice".Length] : name;
        var at = name.StartsWith("pod") ? 0 : name.LastIndexOf("-pod") + 1;
        if (at == 0 && !name.StartsWith("pod"))
        {
            return false;
        }

        // A UUID, whose hyphens systemd cannot have in a name, or for a static pod 32 digits.
        var text = name[(at + "pod".Length)..];
        if (text.Length is < 32 or > 36 || text.ContainsAnyExcept(UidDigits))
        {
            return false;
        }

        uid = text.ToString().Replace('_', '-');
        return true;
    }
}
