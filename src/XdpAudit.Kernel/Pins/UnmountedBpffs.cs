using XdpAudit.Abstractions;

namespace XdpAudit.Kernel;

/// <summary>
/// A bpffs that is mounted nowhere - lazily unmounted, or made by fsmount(2) and never attached - and that lives because some process has a
/// directory of it open. Only the iterator of open files tells of it.
/// </summary>
internal static class UnmountedBpffs
{
    private const int MostLevels = 64;

    internal static void Read(IReadOnlyList<FileRecord> files, HashSet<ulong> mounted, List<ObservedPin> pins, string proc, LookPart part)
    {
        foreach (var instance in files.Where(f => f.Kind == FileKind.Bpffs).GroupBy(f => DeviceNumber.FromKernel(f.Device)).Where(g => !mounted.Contains(g.Key)))
        {
            var file = instance.FirstOrDefault(f => f.IsDirectory != 0, instance.First());
            var reach = file.Proc(proc);
            var errno = Errno.ENOTDIR;
            var opened = file.IsDirectory != 0 ? ProcFiles.TryOpen(reach, Files.O_RDONLY | Files.O_DIRECTORY, out errno) : null;
            if (opened is not null)
            {
                using var root = Climb(opened, ref reach);
                new PinWalk(reach, reach, null, true, PinWalk.OwnDescriptors(proc), pins, part).Walk(root);
            }
            else if (!Errno.IsGone(errno))
            {
                part.Missed(Words.Covering(reach), Words.PinsNeedRoot, errno);
            }
        }
    }

    /// <summary>From whatever directory is open up to the root of the file system, which is its own parent.</summary>
    private static Descriptor Climb(Descriptor here, ref string reach)
    {
        for (var level = 0; level < MostLevels; level++)
        {
            var above = ProcFiles.TryOpenAt(here.Number, ".."u8, Files.O_RDONLY | Files.O_DIRECTORY, out _);
            if (above is null || !ProcFiles.TryStat(here.Number, [], Files.AT_EMPTY_PATH, out var child, out _)
                || !ProcFiles.TryStat(above.Number, [], Files.AT_EMPTY_PATH, out var parent, out _)
                || (child.stx_ino == parent.stx_ino && child.stx_dev_minor == parent.stx_dev_minor) || child.stx_dev_minor != parent.stx_dev_minor)
            {
                above?.Dispose();
                return here;
            }

            here.Dispose();
            here = above;
            reach += "/..";
        }

        return here;
    }
}
