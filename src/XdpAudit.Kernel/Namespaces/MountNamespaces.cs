using XdpAudit.Abstractions;

namespace XdpAudit.Kernel;

/// <summary>A mount namespace, the mounts in it, and a directory through which its files are reached.</summary>
/// <param name="Inode">Its inode in nsfs.</param>
/// <param name="Own">It is the auditor's.</param>
/// <param name="Process">Directory in procfs of a process in it: its <c>root</c> is the way in, its <c>ns/mnt</c> the door.</param>
/// <param name="Mounts">What its mountinfo lists.</param>
internal sealed record MountNamespace(ulong Inode, bool Own, string Process, IReadOnlyList<MountInfo> Mounts)
{
    /// <summary>What to put before a path in it: nothing in our own, <c>/proc/PID/root</c> in another.</summary>
    internal string Prefix => Own ? "" : $"{Process}/root";
}

/// <summary>Every mount namespace that some process is in, read once each.</summary>
internal static class MountNamespaces
{
    internal static List<MountNamespace> Read(IReadOnlyList<TaskRecord> tasks, string proc, LookPart part)
    {
        var own = ProcFiles.TryReadNamespace($"{proc}/thread-self/ns/mnt", out var inode, out _) ? inode : 0;
        var found = new List<MountNamespace>();
        if (ProcFiles.TryRead($"{proc}/thread-self/mountinfo", out var mine, out var errno))
        {
            found.Add(new(own, true, $"{proc}/self", MountInfo.ParseAll(mine)));
        }
        else
        {
            part.Missed($"read {proc}/thread-self/mountinfo", Words.NoProc, errno);
        }

        foreach (var group in tasks.Where(t => t.MountInode != 0 && t.MountInode != own).GroupBy(t => t.MountInode))
        {
            if (TryRead(group.Key, group, proc, out var other, out var path, out errno))
            {
                found.Add(other!);
            }
            else if (!Errno.IsGone(errno))
            {
                part.Missed($"read the mounts of {path}", Words.PinsNeedRoot, errno);
            }
        }

        return found;
    }

    /// <summary>
    /// Through whichever of its processes lets us. One that has changed its root sees a part only, so it is taken when there is no other. Gone
    /// when all its processes are.
    /// </summary>
    private static bool TryRead(ulong inode, IEnumerable<TaskRecord> tasks, string proc, out MountNamespace? found, out string path, out int errno)
    {
        found = null;
        path = "";
        errno = Errno.ESRCH;
        foreach (var task in tasks)
        {
            var directory = task.Proc(proc);
            if (!ProcFiles.TryReadLink($"{directory}/root", out var root, out var why) || !ProcFiles.TryRead($"{directory}/mountinfo", out var content, out why))
            {
                (errno, path) = Errno.IsGone(why) ? (errno, path) : (why, directory);
                continue;
            }

            found = new(inode, false, directory, MountInfo.ParseAll(content));
            if (root.AsSpan().SequenceEqual("/"u8))
            {
                break;
            }
        }

        return found is not null;
    }
}
