using XdpAudit.Abstractions;

namespace XdpAudit.Kernel;

/// <summary>
/// The open files of all processes that matter to us. The iterator sees every descriptor table, also those of processes that procfs does not
/// show us and of threads that unshared theirs; procfs is the slow way, some 10 microseconds per descriptor, and refuses what we may not trace.
/// </summary>
internal static class FileReader
{
    internal static List<FileRecord> Read(BpfIterators? iterators, string proc, LookPart part)
    {
        if (iterators is null || !iterators.Has(BpfIterators.File) || !PidNamespace.IsInitial(proc))
        {
            return Walk(proc, part);
        }

        part.Method = Methods.Iterator;
        if (!iterators.TryRead<FileRecord>(BpfIterators.File, out var records, out var errno))
        {
            part.Missed(Words.Listing("open files"), Words.StoppedEarly, errno);
        }

        return [.. records];
    }

    private static List<FileRecord> Walk(string proc, LookPart part)
    {
        part.Method = Methods.FdInfo;
        if (!PidNamespace.IsInitial(proc))
        {
            part.Missed(Words.Listing("open files"), Words.NotInitialPidNamespace);
        }

        var files = new List<FileRecord>();
        var pids = ProcFiles.Numbers(proc, out var errno);
        if (errno != 0 || pids.Count == 0)
        {
            part.Missed(Words.Listing(proc), Words.NoProc, errno);
        }

        foreach (var pid in pids)
        {
            // Refused for the process, it is refused for its threads; one gap says it.
            if (!TryWalkTable(proc, new() { Tgid = pid, Tid = pid }, files, part))
            {
                continue;
            }

            foreach (var tid in ProcFiles.Numbers($"{proc}/{pid}/task", out _))
            {
                // Most threads share the table of their process; asking saves reading it once more. A refusal is answered by reading.
                if (tid != pid && Tasks.CompareFiles(pid, tid) != 0)
                {
                    TryWalkTable(proc, new() { Tgid = pid, Tid = tid }, files, part);
                }
            }
        }

        return files;
    }

    private static bool TryWalkTable(string proc, FileRecord owner, List<FileRecord> files, LookPart part)
    {
        var task = owner.Tid == owner.Tgid ? $"{proc}/{owner.Tgid}" : $"{proc}/{owner.Tgid}/task/{owner.Tid}";
        using var directory = ProcFiles.TryOpen($"{task}/fd", Files.O_RDONLY | Files.O_DIRECTORY, out var errno);
        if (directory is null)
        {
            if (!Errno.IsGone(errno))
            {
                part.Missed($"list {task}/fd", Words.NeedsPtrace, errno);
            }

            return false;
        }

        foreach (var entry in DirectoryEntries.Read(directory, out errno))
        {
            if (ProcFiles.TryReadLinkAt(directory.Number, entry.Name, out var target, out var why)
                && DescriptorTarget.TryParse(target, out var kind, out var inode)
                && System.Buffers.Text.Utf8Parser.TryParse(entry.Name, out int fd, out _))
            {
                AddFile(task, owner with { Fd = fd, Kind = kind, NetnsInode = inode }, files);
            }
            else if (why != 0 && !Errno.IsGone(why))
            {
                part.Missed($"read {task}/fd", Words.NeedsPtrace, why);
                return false;
            }
        }

        if (errno != 0 && !Errno.IsGone(errno))
        {
            part.Missed($"list {task}/fd", Words.NeedsPtrace, errno);
        }

        return true;
    }

    private static void AddFile(string task, FileRecord file, List<FileRecord> files)
    {
        if (file.Kind == FileKind.Netns)
        {
            files.Add(file);
            return;
        }

        var name = file.Kind switch
        {
            FileKind.Program => "prog_id"u8,
            FileKind.Link => "link_id"u8,
            _ => "map_id"u8,
        };
        if (ProcFiles.TryRead($"{task}/fdinfo/{file.Fd}", out var content, out _) && FdInfo.TryParse(content, name, out var id))
        {
            files.Add(file with { Id = (uint)id });
        }
    }
}
