using XdpAudit.Kernel;

namespace XdpAudit.Server;

/// <summary>Where operations pin: as told, in the host's bpffs, or in one of our own.</summary>
internal static class PinRoot
{
    private const string Own = "/run/xdpaudit/bpf";

    /// <summary>A place that was told must be on a bpffs, or nothing that is made could be pinned.</summary>
    /// <exception cref="StartException">It is not.</exception>
    internal static void Check(UpOptions options)
    {
        if (options.Bpffs is { } told && !options.Ephemeral)
        {
            var there = Path.GetFullPath(told);
            while (!Directory.Exists(there))
            {
                there = Path.GetDirectoryName(there)!;
            }

            if (!Path.IsPathFullyQualified(told) || !OwnBpffs.Covers(there))
            {
                throw new StartException(
                    $"cannot pin below '{told}': {(Path.IsPathFullyQualified(told) ? $"'{there}' is on no bpffs" : "it is no absolute path")}; mount one, mount -t bpf bpf DIR, and name it with --bpffs, or leave --bpffs out",
                    ExitCode.Failed);
            }
        }
    }

    internal static string For(UpOptions options)
    {
        if (options.Bpffs is { } told)
        {
            return told;
        }

        if (OwnBpffs.IsMountedAt(OwnBpffs.HostMount))
        {
            return $"{OwnBpffs.HostMount}/xdpaudit";
        }

        if (!options.Ephemeral && Environment.IsPrivilegedProcess)
        {
            OwnBpffs.MountAt(Own);
        }

        return Own;
    }
}
