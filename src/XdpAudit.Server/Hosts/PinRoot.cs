using XdpAudit.Kernel;

namespace XdpAudit.Server;

/// <summary>Where operations pin: as told, in the host's bpffs, or in one of our own.</summary>
internal static class PinRoot
{
    private const string Own = "/run/xdpaudit/bpf";

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
