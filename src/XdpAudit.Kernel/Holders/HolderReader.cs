using XdpAudit.Abstractions;

namespace XdpAudit.Kernel;

/// <summary>Who holds programs, links and maps by a descriptor: one entry per process (or thread with a table of its own) and object.</summary>
internal static class HolderReader
{
    internal static List<ObservedDescriptor> Read(IEnumerable<FileRecord> files, string proc)
    {
        var lowest = new Dictionary<(int Tgid, int Tid, FileKind Kind, uint Id), FileRecord>();
        foreach (var file in files)
        {
            if (file.Kind is not (FileKind.Program or FileKind.Link or FileKind.Map) || file.Id == 0)
            {
                continue;
            }

            var key = (file.Tgid, file.Tid, file.Kind, file.Id);
            if (!lowest.TryGetValue(key, out var other) || file.Fd < other.Fd)
            {
                lowest[key] = file;
            }
        }

        // Read once per process and look: comm, exe and uid of the same process may be others at the next look.
        var processes = new Dictionary<int, ProcessIdentity?>();
        var holders = new List<ObservedDescriptor>(lowest.Count);
        foreach (var file in lowest.Values.OrderBy(f => f.Tgid).ThenBy(f => f.Tid).ThenBy(f => f.Kind).ThenBy(f => f.Id))
        {
            if (!processes.TryGetValue(file.Tgid, out var process))
            {
                process = ProcessReader.Read(file.Tgid, proc);
                processes[file.Tgid] = process;
            }

            // Null: the process ended, and its descriptors with it.
            if (process is not null)
            {
                holders.Add(new()
                {
                    Process = process,
                    Thread = file.Tid != file.Tgid ? file.Tid : null,
                    Fd = file.Fd,
                    Kind = file.Kind switch { FileKind.Program => ObjectKind.Program, FileKind.Link => ObjectKind.Link, _ => ObjectKind.Map },
                    ObjectId = file.Id,
                });
            }
        }

        return holders;
    }
}
