namespace XdpAudit.Kernel;

/// <summary>The ways into a network namespace, least intrusive first. Only on a <see cref="NamespaceThread"/>.</summary>
internal static class NetnsEntry
{
    /// <summary>
    /// By the first path that still leads to it, else by its handle, else by a socket in it. False with errno 0 when it is gone: what told of it
    /// was a process's and ended with it. The path is set when it is one to enter by, or the one that was refused.
    /// </summary>
    internal static bool TryEnter(NetnsDoor door, out string? path, out int errno)
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
            else if (Is(file, door))
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

        if ((door.Cookie != 0 && TryHandle(door, ref errno)) || TrySockets(door, ref errno))
        {
            (path, errno) = (null, 0);
            return true;
        }

        return false;
    }

    /// <summary>
    /// Linux 6.18 opens a namespace by its numbers. ESTALE: there is none such any more, or (Linux 7.2) nothing but sockets keeps it. Where
    /// something else leads there, that a kernel knows no handles says nothing.
    /// </summary>
    private static unsafe bool TryHandle(NetnsDoor door, ref int errno)
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
            var told = door.Insisted || (door.Paths.Count == 0 && door.Sockets.Count == 0);
            errno = errno != 0 || why == Errno.ESTALE || !told ? errno : why;
            return false;
        }

        using var file = new Descriptor(fd);
        return TrySwitch(file, out errno);
    }

    private static bool TrySockets(NetnsDoor door, ref int errno)
    {
        foreach (var socket in door.Sockets)
        {
            using var file = BorrowedSocket.TryOpenNamespace(socket, out var why);
            if (file is null)
            {
                errno = errno != 0 || why is Errno.ESRCH or Errno.EBADF or Errno.ENOTTY ? errno : why;
            }
            else if (Is(file, door))
            {
                return TrySwitch(file, out errno);
            }
        }

        return false;
    }

    /// <summary>A path or number may have come to lead elsewhere meanwhile.</summary>
    private static bool Is(Descriptor file, NetnsDoor door) =>
        ProcFiles.TryStat(file.Number, [], Files.AT_EMPTY_PATH, out var stat, out _) && stat.stx_ino == door.Inode;

    private static bool TrySwitch(Descriptor file, out int errno)
    {
        var entered = NamespaceCalls.SetNs(file.Number, NamespaceCalls.CLONE_NEWNET) == 0;
        errno = entered ? 0 : Errno.Last;
        return entered;
    }
}
