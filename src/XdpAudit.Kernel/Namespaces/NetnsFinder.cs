using System.Text;

namespace XdpAudit.Kernel;

/// <summary>
/// All network namespaces that can be heard of: those that processes and threads are in, those that a mount keeps (ip-netns(8), in any mount
/// namespace), those that a descriptor or a socket keeps, and those that the interface of an XDP link is in. A namespace with none of
/// these has no program we could miss but one attached by netlink.
/// </summary>
internal static class NetnsFinder
{
    /// <summary>By inode, which is unique as long as the namespaces exist together.</summary>
    internal static Dictionary<uint, NetnsDoor> Find(
        IReadOnlyList<TaskRecord> tasks, IReadOnlyList<FileRecord> files, IReadOnlyList<MountNamespace> mounts, string proc)
    {
        var doors = new Dictionary<uint, NetnsDoor>();
        foreach (var ns in mounts)
        {
            foreach (var mount in ns.Mounts.Where(m => m.FsType == "nsfs" && m.Root.AsSpan().StartsWith("net:["u8)))
            {
                if (NamespaceLink.TryParse(mount.Root, out var inode))
                {
                    var door = Door(doors, (uint)inode, 0);
                    door.Paths.Add([.. Encoding.UTF8.GetBytes(ns.Prefix), .. mount.MountPoint]);
                    door.Name = ns.Own ? door.Name ?? NameOf(mount.MountPoint) : door.Name;
                }
            }
        }

        foreach (var task in tasks.Where(t => t.NetnsInode != 0))
        {
            var door = Door(doors, task.NetnsInode, task.NetnsCookie);
            if (door.Paths.Count < 8)
            {
                door.Paths.Add(Encoding.UTF8.GetBytes($"{task.Proc(proc)}/ns/net"));
            }
        }

        foreach (var file in files)
        {
            if (file.Kind == FileKind.Netns)
            {
                Door(doors, file.NetnsInode, file.NetnsCookie).Paths.Add(Encoding.UTF8.GetBytes(file.Proc(proc)));
            }
            else if (file.Kind == FileKind.Socket)
            {
                var door = Door(doors, file.NetnsInode, file.NetnsCookie);
                if (door.Sockets.Count < 8)
                {
                    door.Sockets.Add(file);
                }
            }
        }

        return doors;
    }

    internal static NetnsDoor Door(Dictionary<uint, NetnsDoor> doors, uint inode, ulong cookie)
    {
        if (!doors.TryGetValue(inode, out var door))
        {
            doors[inode] = door = new(inode);
        }

        door.Cookie = door.Cookie == 0 ? cookie : door.Cookie;
        return door;
    }

    private static string? NameOf(ReadOnlySpan<byte> mountPoint)
    {
        foreach (var directory in (ReadOnlySpan<string>)["/run/netns/", "/var/run/netns/"])
        {
            var prefix = Encoding.UTF8.GetBytes(directory);
            if (mountPoint.StartsWith(prefix) && !mountPoint[prefix.Length..].Contains((byte)'/'))
            {
                return KernelText.Escape(mountPoint[prefix.Length..]);
            }
        }

        return null;
    }
}
