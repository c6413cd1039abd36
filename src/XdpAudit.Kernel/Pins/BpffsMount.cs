using System.Text;
using XdpAudit.Abstractions;

namespace XdpAudit.Kernel;

/// <summary>A mount of a bpffs in a mount namespace.</summary>
internal sealed record BpffsMount(MountNamespace Namespace, MountInfo Mount)
{
    /// <summary>Its path as seen from us, for people.</summary>
    internal string Reach => Namespace.Prefix + KernelText.Escape(Mount.MountPoint);

    /// <summary>
    /// Opens its directory. Null when the path leads elsewhere: another mount covers it (errno 0), or the path is closed to us. statx(2) tells
    /// the mount a path ends on since Linux 5.8; before, the device has to do, which cannot tell two mounts of one bpffs over each other.
    /// </summary>
    internal Descriptor? TryOpen(out int errno)
    {
        var directory = ProcFiles.TryOpenAt(
            Files.AT_FDCWD, [.. Encoding.UTF8.GetBytes(Namespace.Prefix), .. Mount.MountPoint], Files.O_RDONLY | Files.O_DIRECTORY, out errno);
        if (directory is null)
        {
            return null;
        }

        if (ProcFiles.TryStat(directory.Number, [], Files.AT_EMPTY_PATH, out var stat, out errno)
            && DeviceNumber.Make(stat.stx_dev_major, stat.stx_dev_minor) == Mount.Device
            && ((stat.stx_mask & Files.STATX_MNT_ID) == 0 || stat.stx_mnt_id == Mount.Id))
        {
            return directory;
        }

        directory.Dispose();
        return null;
    }

    /// <summary>The mount that its path leads to instead, as far as can be told.</summary>
    internal MountInfo? CoveredBy()
    {
        byte[] path = [.. Encoding.UTF8.GetBytes(Namespace.Prefix), .. Mount.MountPoint];
        return MountAt(Files.AT_FDCWD, path, Namespace.Mounts);
    }

    /// <summary>The mount a path ends on, or the part of it that exists.</summary>
    internal static MountInfo? MountAt(int directory, byte[] path, IReadOnlyList<MountInfo> mounts)
    {
        while (true)
        {
            if (ProcFiles.TryStat(directory, path, 0, out var stat, out var errno))
            {
                return (stat.stx_mask & Files.STATX_MNT_ID) != 0
                    ? mounts.LastOrDefault(m => m.Id == stat.stx_mnt_id)
                    : mounts.LastOrDefault(m => m.MountPoint.AsSpan().SequenceEqual(path));
            }

            var slash = path.AsSpan().LastIndexOf((byte)'/');
            if (slash <= 0 || errno is not (Errno.ENOENT or Errno.ENOTDIR))
            {
                return null;
            }

            path = path[..slash];
        }
    }
}
