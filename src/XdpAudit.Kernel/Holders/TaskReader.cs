namespace XdpAudit.Kernel;

/// <summary>
/// Which namespaces the processes are in. The iterator tells it of all of them; procfs refuses it for a process that has a capability we
/// lack (init, often), and then a namespace that only such processes are in would stay unseen.
/// </summary>
internal static class TaskReader
{
    internal static List<TaskRecord> Read(BpfIterators? iterators, string proc, LookPart part)
    {
        // The iterator gives numbers of the initial pid namespace, procfs those of its own: in another one the two do not match.
        if (iterators is null || !iterators.Has(BpfIterators.Task) || !PidNamespace.IsInitial(proc))
        {
            return Walk(proc, part);
        }

        part.Method = Methods.Iterator;
        if (!iterators.TryRead<TaskRecord>(BpfIterators.Task, out var records, out var errno))
        {
            part.Missed(Words.Listing("processes"), Words.StoppedEarly, errno);
        }

        return [.. records];
    }

    private static List<TaskRecord> Walk(string proc, LookPart part)
    {
        part.Method = Methods.Procfs;
        if (!PidNamespace.IsInitial(proc))
        {
            part.Missed(Words.Listing("processes"), Words.NotInitialPidNamespace);
        }

        var tasks = new List<TaskRecord>();
        var pids = ProcFiles.Numbers(proc, out var errno);
        if (errno != 0 || pids.Count == 0)
        {
            part.Missed(Words.Listing(proc), Words.NoProc, errno);
        }

        foreach (var pid in pids)
        {
            var leader = new TaskRecord { Tgid = pid, Tid = pid };
            if (!TryNamespaces(ref leader, proc, part))
            {
                continue;
            }

            tasks.Add(leader);
            foreach (var tid in ProcFiles.Numbers($"{proc}/{pid}/task", out _))
            {
                var thread = new TaskRecord { Tgid = pid, Tid = tid };
                if (tid != pid && TryNamespaces(ref thread, proc, part)
                    && (thread.NetnsInode != leader.NetnsInode || thread.MountInode != leader.MountInode))
                {
                    tasks.Add(thread);
                }
            }
        }

        return tasks;
    }

    private static bool TryNamespaces(ref TaskRecord task, string proc, LookPart part)
    {
        var directory = task.Proc(proc);
        if (!ProcFiles.TryReadNamespace($"{directory}/ns/net", out var net, out var errno)
            || !ProcFiles.TryReadNamespace($"{directory}/ns/mnt", out var mount, out errno))
        {
            // ESRCH and ENOENT: it ended; a zombie has no namespaces either.
            if (errno != 0 && !Errno.IsGone(errno))
            {
                part.Missed($"read the namespaces of {directory}", Words.NeedsPtrace, errno);
            }

            return false;
        }

        task.NetnsInode = (uint)net;
        task.MountInode = (uint)mount;
        return true;
    }
}
