using System.Runtime.InteropServices;

namespace XdpAudit.Plugins;

/// <summary>Sockets and namespaces: socket(2), netlink(7), setns(2). All return -1 with errno as the last P/Invoke error.</summary>
internal static unsafe partial class Sockets
{
    internal const int AfNetlink = 16;
    internal const int SockRawCloseOnExec = 3 | 0x80000;
    internal const int NetlinkRoute = 0;
    internal const int SolSocket = 1;
    internal const int SoNetnsCookie = 71;
    internal const int SolNetlink = 270;
    internal const int NetlinkCapAck = 10;
    internal const int NetlinkExtAck = 11;
    internal const int CloneNewNet = 0x40000000;
    internal const int CloneFiles = 0x400;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setsockopt(int fd, int level, int option, void* value, uint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int getsockopt(int fd, int level, int option, void* value, uint* length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint send(int fd, void* buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint recv(int fd, void* buffer, nuint length, int flags);

    /// <summary>Changes the namespace of the calling thread alone.</summary>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setns(int fd, int type);

    /// <summary>unshare(2): with <see cref="CloneFiles"/> the calling thread goes on with a copy of the process's descriptors.</summary>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int unshare(int flags);
}
