using XdpAudit.Abstractions;

namespace XdpAudit.Kernel;

/// <summary>
/// A bpffs that other mounts cover has no path any more, and its pins live on. In a private copy of the mount namespace, on a thread that ends
/// with the look, the covering mounts are taken away and the pins are seen; the host keeps all its mounts.
/// </summary>
internal static unsafe class CoveredBpffs
{
    private const int MostLayers = 64;

    /// <summary>Tries the mounts of one instance in turn; a gap that names the covering mount when none can be uncovered.</summary>
    internal static bool TryRead(IReadOnlyList<BpffsMount> mounts, List<ObservedPin> pins, string proc, LookPart part)
    {
        var errno = 0;
        foreach (var mount in mounts)
        {
            var done = false;
            NamespaceThread.Run(() => done = TryUncover(mount, pins, proc, part, out errno));
            if (done)
            {
                return true;
            }
        }

        var first = mounts[0];
        var by = first.CoveredBy();
        part.Missed(Words.Covering(first.Reach), Words.Covered(by is null ? "?" : KernelText.Escape(by.MountPoint)), errno == 0 ? null : errno);
        return false;
    }

    private static bool TryUncover(BpffsMount covered, List<ObservedPin> pins, string proc, LookPart part, out int errno)
    {
        // Everything that needs procfs is opened before the namespace is left: it may not be there, or be another one.
        using var self = ProcFiles.TryOpen($"{proc}/thread-self", Files.O_PATH | Files.O_DIRECTORY, out errno);
        if (self is null || !TryEnter(covered.Namespace, out errno) || !TryMakePrivate(self, out errno))
        {
            return false;
        }

        var point = covered.Mount.MountPoint;
        for (var layer = 0; layer < MostLayers; layer++)
        {
            var mounts = Mounts(self);
            var here = mounts.LastOrDefault(m => m.Device == covered.Mount.Device && m.FsType == "bpf"
                && m.MountPoint.AsSpan().SequenceEqual(point) && m.Root.AsSpan().SequenceEqual(covered.Mount.Root));
            if (here is null)
            {
                errno = Errno.ENOENT;
                return false;
            }

            // In this copy the mount has another number, and everything is our own, so paths need no prefix.
            var uncovered = covered with { Mount = here, Namespace = covered.Namespace with { Own = true, Mounts = mounts } };
            using var directory = uncovered.TryOpen(out errno);
            if (directory is not null)
            {
                var path = KernelText.Escape(point);
                new PinWalk(path, covered.Reach, covered.Namespace.Inode, true, PinWalk.OwnDescriptors(proc), pins, part).Walk(directory);
                return true;
            }

            var by = uncovered.CoveredBy();
            if (by is null || by.MountPoint.Length <= 1 || by.Id == here.Id || !TryUnmount(by.MountPoint, out errno))
            {
                return false;
            }
        }

        return false;
    }

    private static bool TryEnter(MountNamespace ns, out int errno)
    {
        errno = 0;
        if (ns.Own)
        {
            return true;
        }

        using var door = ProcFiles.TryOpen($"{ns.Process}/ns/mnt", Files.O_RDONLY, out errno);
        if (door is null)
        {
            return false;
        }

        var entered = NamespaceCalls.SetNs(door.Number, NamespaceCalls.CLONE_NEWNS) == 0;
        errno = entered ? 0 : Errno.Last;
        return entered;
    }

    /// <summary>
    /// A copy whose changes go nowhere. Mounts are shared with the original until they are made private; nothing may be unmounted before that
    /// has succeeded, and before it is certain that this is a copy.
    /// </summary>
    private static bool TryMakePrivate(Descriptor self, out int errno)
    {
        ProcFiles.TryReadLinkAt(self.Number, "ns/mnt"u8, out var before, out _);
        if (NamespaceCalls.Unshare(NamespaceCalls.CLONE_NEWNS) != 0)
        {
            errno = Errno.Last;
            return false;
        }

        ReadOnlySpan<byte> root = "/\0"u8;
        fixed (byte* p = root)
        {
            if (NamespaceCalls.Mount(null, p, null, NamespaceCalls.MS_REC | NamespaceCalls.MS_PRIVATE, null) != 0)
            {
                errno = Errno.Last;
                return false;
            }
        }

        return ProcFiles.TryReadLinkAt(self.Number, "ns/mnt"u8, out var after, out errno) && !after.AsSpan().SequenceEqual(before);
    }

    private static bool TryUnmount(byte[] point, out int errno)
    {
        byte[] path = [.. point, 0];
        fixed (byte* p = path)
        {
            var gone = NamespaceCalls.UMount2(p, NamespaceCalls.MNT_DETACH | NamespaceCalls.UMOUNT_NOFOLLOW) == 0;
            errno = gone ? 0 : Errno.Last;
            return gone;
        }
    }

    private static List<MountInfo> Mounts(Descriptor self)
    {
        using var file = ProcFiles.TryOpenAt(self.Number, "mountinfo"u8, Files.O_RDONLY, out _);
        return file is not null && ProcFiles.TryReadAll(file, out var content, out _) ? MountInfo.ParseAll(content) : [];
    }
}
