using System.Globalization;
using XdpAudit.Abstractions;

namespace XdpAudit.Kernel;

/// <summary>What was read in network namespaces.</summary>
internal sealed class NetnsSeen
{
    internal List<ObservedNamespace> Namespaces { get; } = [];

    internal List<ObservedInterface> Interfaces { get; } = [];

    /// <summary>Inodes of those that were tried, whatever came of it.</summary>
    internal HashSet<uint> Tried { get; } = [];
}

/// <summary>Goes into one network namespace after the other and lists its interfaces. Only on a <see cref="NamespaceThread"/>.</summary>
internal static class NetnsReader
{
    internal static void Read(IEnumerable<NetnsDoor> doors, string proc, NetnsSeen seen, LookPart namespaces, LookPart attachments, CancellationToken cancellation)
    {
        ProcFiles.TryReadNamespace($"{proc}/thread-self/ns/net", out var own, out _);
        foreach (var door in doors.OrderByDescending(d => d.Inode == own))
        {
            cancellation.ThrowIfCancellationRequested();
            if (!seen.Tried.Add(door.Inode))
            {
                continue;
            }

            string? path = $"{proc}/self/ns/net";
            var errno = 0;
            if (door.Inode == own || TryEnter(door, out path, out errno))
            {
                ReadHere(door, path, door.Inode == own, seen, attachments);
            }
            else if (errno != 0)
            {
                var what = string.Create(CultureInfo.InvariantCulture, $"enter network namespace net:[{door.Inode}]{(path is null ? "" : " by '" + path + "'")}");
                var why = path is null ? Words.HiddenNeedsHandle : Words.NeedsNetAdmin;
                namespaces.Missed(what, why, errno);
                attachments.Missed(what, why, errno);
                if (door.Cookie != 0)
                {
                    seen.Namespaces.Add(new() { Cookie = new(door.Cookie), Inode = new(door.Inode), Name = door.Name, Path = path });
                }
            }
            else
            {
                // Gone, as far as this told; if something else insists that it is there, it is tried again.
                seen.Tried.Remove(door.Inode);
            }
        }
    }

    private static void ReadHere(NetnsDoor door, string? path, bool own, NetnsSeen seen, LookPart attachments)
    {
        var complete = InterfaceReader.TryRead(out var cookie, out var interfaces, out var why, out var errno);
        if (!complete)
        {
            attachments.Missed(string.Create(CultureInfo.InvariantCulture, $"list the interfaces of net:[{door.Inode}]"), why, errno);
        }

        if (cookie is { } known)
        {
            seen.Namespaces.Add(new() { Cookie = known, Inode = new(door.Inode), Name = door.Name, Path = path, Own = own, Complete = complete });
            seen.Interfaces.AddRange(interfaces);
        }
    }

    /// <summary>
    /// By the first path that still leads to it, else by its handle. False with errno 0 when it is gone: it was a process's and ended with it.
    /// </summary>
    private static bool TryEnter(NetnsDoor door, out string? path, out int errno)
    {
        path = null;
        errno = 0;
        foreach (var candidate in door.Paths)
        {
            using var file = ProcFiles.TryOpenAt(Files.AT_FDCWD, candidate, Files.O_RDONLY, out var why);
            if (file is null)
            {
                (errno, path) = Errno.IsGone(why) ? (errno, path) : (why, KernelText.Escape(candidate));
            }
            else if (ProcFiles.TryStat(file.Number, [], Files.AT_EMPTY_PATH, out var stat, out _) && stat.stx_ino == door.Inode)
            {
                path = KernelText.Escape(candidate);
                if (TrySwitch(file, out why))
                {
                    errno = 0;
                    return true;
                }

                errno = why;
            }
        }

        return door.Cookie != 0 && TryHandle(door, ref path, ref errno);
    }

    /// <summary>Linux 6.18 opens a namespace by its numbers. ESTALE: there is none such any more.</summary>
    private static unsafe bool TryHandle(NetnsDoor door, ref string? path, ref int errno)
    {
        var handle = new nsfs_handle
        {
            handle_bytes = 16,
            handle_type = NamespaceCalls.FILEID_NSFS,
            ns_id = door.Cookie,
            ns_type = NamespaceCalls.CLONE_NEWNET,
            ns_inum = door.Inode,
        };
        var fd = NamespaceCalls.OpenByHandleAt(NamespaceCalls.FD_NSFS_ROOT, &handle, Files.O_RDONLY | Files.O_CLOEXEC);
        if (fd < 0)
        {
            var why = Errno.Last;
            errno = errno != 0 || why == Errno.ESTALE || (door.Paths.Count > 0 && !door.Insisted) ? errno : why;
            return false;
        }

        using var file = new Descriptor(fd);
        if (!TrySwitch(file, out var refused))
        {
            errno = refused;
            return false;
        }

        (path, errno) = (null, 0);
        return true;
    }

    private static bool TrySwitch(Descriptor file, out int errno)
    {
        var entered = NamespaceCalls.SetNs(file.Number, NamespaceCalls.CLONE_NEWNET) == 0;
        errno = entered ? 0 : Errno.Last;
        return entered;
    }
}
