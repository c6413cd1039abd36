using XdpAudit.Abstractions;

namespace XdpAudit.Kernel;

/// <summary>
/// All pins, on every bpffs of every mount namespace, each instance once. Runs on a <see cref="NamespaceThread"/>: BPF_OBJ_GET takes a path, and
/// relative to a directory we hold that path is right in every namespace.
/// </summary>
internal static class PinReader
{
    internal static List<ObservedPin> Read(
        IReadOnlyList<MountNamespace> namespaces, IReadOnlyList<FileRecord> files, string proc, LookPart part, CancellationToken cancellation)
    {
        var pins = new List<ObservedPin>();
        var all = namespaces.SelectMany(ns => ns.Mounts.Where(m => m.FsType == "bpf").Select(m => new BpffsMount(ns, m))).ToList();
        foreach (var instance in all.GroupBy(m => m.Mount.Device))
        {
            cancellation.ThrowIfCancellationRequested();
            ReadInstance([.. instance], pins, proc, part);
        }

        UnmountedBpffs.Read(files, [.. all.Select(m => m.Mount.Device)], pins, proc, part);
        return pins;
    }

    /// <summary>
    /// One bpffs may be mounted many times, whole or in part. Its widest mounts are walked, in our own namespace where that is possible; what is
    /// inside one that was walked is known.
    /// </summary>
    private static void ReadInstance(List<BpffsMount> mounts, List<ObservedPin> pins, string proc, LookPart part)
    {
        var walked = new List<byte[]>();
        foreach (var same in mounts.GroupBy(m => Convert.ToHexString(m.Mount.Root)).OrderBy(g => g.Key.Length))
        {
            var root = same.First().Mount.Root;
            if (walked.Any(w => IsInside(root, w)))
            {
                continue;
            }

            // Covered where we are, though not elsewhere, is hidden all the same: nobody here finds it by its path.
            BpffsMount? coveredHere = null;
            var read = false;
            foreach (var mount in same.OrderByDescending(m => m.Namespace.Own).ThenBy(m => m.Namespace.Inode))
            {
                using var directory = mount.TryOpen(out var errno);
                if (directory is not null)
                {
                    new PinWalk(mount, coveredHere is not null, proc, pins, part).Walk(directory);
                    read = true;
                    break;
                }

                // ENOENT: what leads to it is covered.
                if (mount.Namespace.Own && errno is (0 or Errno.ENOENT or Errno.ENOTDIR))
                {
                    coveredHere ??= mount;
                }
                else if (!mount.Namespace.Own && errno != 0 && !Errno.IsGone(errno))
                {
                    part.Lessened(Words.Covering(mount.Reach), Words.PinsNeedRoot, errno);
                }
            }

            if (!read)
            {
                read = CoveredBpffs.TryRead([.. same.OrderByDescending(m => m.Namespace.Own)], pins, proc, part);
            }

            if (read)
            {
                walked.Add(root);
            }
        }
    }

    private static bool IsInside(ReadOnlySpan<byte> path, ReadOnlySpan<byte> directory) =>
        directory.SequenceEqual("/"u8) || path.SequenceEqual(directory) || (path.StartsWith(directory) && path[directory.Length] == (byte)'/');
}
