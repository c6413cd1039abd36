using XdpAudit.Abstractions;

namespace XdpAudit.Kernel;

/// <summary>
/// A bpffs that other mounts cover has no path any more, and its pins live on. In a private copy of the mount namespace, on a thread that ends
/// with the look, the covering mounts are taken away and the pins are seen; the host keeps all its mounts.
/// </summary>
internal static class CoveredBpffs
{
    private const int MostLayers = 64;

    /// <summary>Tries the mounts of one instance in turn; a gap that names the covering mount when none can be uncovered.</summary>
    internal static bool TryRead(IReadOnlyList<BpffsMount> mounts, List<ObservedPin> pins, string proc, LookPart part)
    {
        var errno = 0;
        foreach (var mount in mounts)
        {
            var done = false;
            NamespaceThread.Run(proc, () => done = TryUncover(mount, pins, proc, part, out errno));
            if (done)
            {
                return true;
            }
        }

        var first = mounts[0];
        var by = first.CoveredBy();

        // Nothing lies over it: it is merely closed to us.
        var why = by is null || by.Id == first.Mount.Id ? Words.PinsNeedRoot : Words.Covered(KernelText.Escape(by.MountPoint));
        part.Missed(Words.Covering(first.Reach), why, errno == 0 ? null : errno);
        return false;
    }

    private static bool TryUncover(BpffsMount covered, List<ObservedPin> pins, string proc, LookPart part, out int errno)
    {
        // Everything that needs procfs is opened before the namespace is left: it may not be there, or be another one.
        using var self = ProcFiles.TryOpen($"{proc}/thread-self", Files.O_PATH | Files.O_DIRECTORY, out errno);
        if (self is null || !PrivateMounts.TryEnter(covered.Namespace, self, out errno))
        {
            return false;
        }

        var point = covered.Mount.MountPoint;
        for (var layer = 0; layer < MostLayers; layer++)
        {
            var mounts = PrivateMounts.List(self);
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
            if (by is null || by.MountPoint.Length <= 1 || by.Id == here.Id || !PrivateMounts.TryUnmount(by.MountPoint, out errno))
            {
                return false;
            }
        }

        return false;
    }
}
