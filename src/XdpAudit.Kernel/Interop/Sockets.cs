using System.Runtime.InteropServices;

namespace XdpAudit.Kernel;

/// <summary>Sockets: rtnetlink(7) and SO_NETNS_COOKIE. .NET's own sockets belong to its thread pool and cannot be made in another namespace.</summary>
internal static unsafe partial class Sockets
{
    internal const int AF_NETLINK = 16;
    internal const int SOCK_RAW = 3;
    internal const int SOCK_CLOEXEC = 0x80000;
    internal const int NETLINK_ROUTE = 0;
    internal const int SOL_SOCKET = 1;
    internal const int SO_NETNS_COOKIE = 71;
    internal const int MSG_TRUNC = 0x20;

    /// <summary>https://man7.org/linux/man-pages/man2/socket.2.html - a descriptor, or -1 and errno.</summary>
    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    internal static partial int Socket(int domain, int type, int protocol);

    /// <summary>https://man7.org/linux/man-pages/man2/send.2.html - bytes sent, or -1 and errno.</summary>
    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    internal static partial nint Send(int socket, byte* bytes, nuint count, int flags);

    /// <summary>https://man7.org/linux/man-pages/man2/recv.2.html - bytes of the datagram, with MSG_TRUNC its whole length, or -1 and errno.</summary>
    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    internal static partial nint Receive(int socket, byte* bytes, nuint count, int flags);

    /// <summary>https://man7.org/linux/man-pages/man2/getsockopt.2.html - 0, or -1 and ENOPROTOOPT before Linux 5.14.</summary>
    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    internal static partial int GetOption(int socket, int level, int name, void* value, uint* length);

    /// <summary>include/uapi/linux/sockios.h, SIOCGSKNS, Linux 4.9: a descriptor of the socket's network namespace, or -1 and EPERM without CAP_NET_ADMIN there.</summary>
    internal static int NamespaceOf(int socket) => Control(socket, 0x894c, 0);

    /// <summary>https://man7.org/linux/man-pages/man2/ioctl.2.html</summary>
    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int fd, nuint request, nint argument);
}
