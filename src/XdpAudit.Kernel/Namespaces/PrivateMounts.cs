namespace XdpAudit.Kernel;

/// <summary>
/// A private copy of a mount namespace, in which mounts can be taken away without anyone else losing them. Only on a
/// <see cref="NamespaceThread"/>: the copy ends with the thread.
/// </summary>
internal static unsafe class PrivateMounts
{
    /// <summary>Goes into a copy of the namespace. <paramref name="self"/> is /proc/thread-self, opened while procfs was ours.</summary>
    internal static bool TryEnter(MountNamespace ns, Descriptor self, out int errno) => TrySwitch(ns, out errno) && TryMakePrivate(self, out errno);

    private static bool TrySwitch(MountNamespace ns, out int errno)
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

    /// <summary>Takes the topmost mount off a path, in this copy only.</summary>
    internal static bool TryUnmount(byte[] point, out int errno)
    {
        byte[] path = [.. point, 0];
        fixed (byte* p = path)
        {
            var gone = NamespaceCalls.UMount2(p, NamespaceCalls.MNT_DETACH | NamespaceCalls.UMOUNT_NOFOLLOW) == 0;
            errno = gone ? 0 : Errno.Last;
            return gone;
        }
    }

    /// <summary>The mounts of this copy.</summary>
    internal static List<MountInfo> List(Descriptor self)
    {
        using var file = ProcFiles.TryOpenAt(self.Number, "mountinfo"u8, Files.O_RDONLY, out _);
        return file is not null && ProcFiles.TryReadAll(file, out var content, out _) ? MountInfo.ParseAll(content) : [];
    }
}
