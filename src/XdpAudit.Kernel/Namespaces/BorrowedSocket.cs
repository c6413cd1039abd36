namespace XdpAudit.Kernel;

/// <summary>A copy of another process's socket, kept for the moment of one question: it lives on that long, should its process close it then.</summary>
internal static class BorrowedSocket
{
    /// <summary>A descriptor of the network namespace that a socket is in. Null and ESRCH, EBADF or ENOTTY when the process or the socket is gone.</summary>
    internal static Descriptor? TryOpenNamespace(FileRecord socket, out int errno)
    {
        using var process = Own(Tasks.PidFdOpen(socket.Tid, socket.Tid == socket.Tgid ? 0 : Tasks.PIDFD_THREAD), out errno);
        using var copy = process is null ? null : Own(Tasks.PidFdGetFd(process.Number, socket.Fd), out errno);
        return copy is null ? null : Own(Sockets.NamespaceOf(copy.Number), out errno);
    }

    private static Descriptor? Own(int fd, out int errno)
    {
        errno = fd < 0 ? Errno.Last : 0;
        return fd < 0 ? null : new(fd);
    }
}
