using System.Buffers.Binary;
using XdpAudit.Abstractions;

namespace XdpAudit.Kernel;

/// <summary>All interfaces of the network namespace the calling thread is in.</summary>
internal static unsafe class InterfaceReader
{
    private const int MostTries = 4;

    /// <summary>
    /// The namespace's cookie and its interfaces. False when they could not be read to the end, with what was read and the reason; the cookie
    /// is null when not even that could be told.
    /// </summary>
    internal static bool TryRead(out NetnsCookie? cookie, out List<ObservedInterface> interfaces, out string why, out int errno)
    {
        cookie = null;
        interfaces = [];
        why = Words.NetlinkFailed;
        var fd = Sockets.Socket(Sockets.AF_NETLINK, Sockets.SOCK_RAW | Sockets.SOCK_CLOEXEC, Sockets.NETLINK_ROUTE);
        if (fd < 0)
        {
            errno = Errno.Last;
            return false;
        }

        using var socket = new Descriptor(fd);
        ulong number = 0;
        uint length = sizeof(ulong);
        if (Sockets.GetOption(fd, Sockets.SOL_SOCKET, Sockets.SO_NETNS_COOKIE, &number, &length) != 0)
        {
            errno = Errno.Last;
            why = Words.NoCookie;
            return false;
        }

        cookie = new(number);
        for (var n = 0; n < MostTries; n++)
        {
            interfaces.Clear();
            if (!TryDump(socket, cookie.Value, interfaces, out var interrupted, out errno))
            {
                return false;
            }

            if (!interrupted)
            {
                return true;
            }
        }

        why = Words.ChangedWhileRead;
        errno = Errno.EAGAIN;
        return false;
    }

    private static bool TryDump(Descriptor socket, NetnsCookie netns, List<ObservedInterface> interfaces, out bool interrupted, out int errno)
    {
        interrupted = false;
        fixed (byte* p = Rtnetlink.Request())
        {
            if (Sockets.Send(socket.Number, p, 40, 0) < 0)
            {
                errno = Errno.Last;
                return false;
            }
        }

        var buffer = new byte[64 * 1024];
        while (true)
        {
            nint n;
            fixed (byte* p = buffer)
            {
                n = Sockets.Receive(socket.Number, p, (nuint)buffer.Length, Sockets.MSG_TRUNC);
            }

            errno = n < 0 ? Errno.Last : n > buffer.Length ? Errno.ENOBUFS : 0;
            if (errno == Errno.EINTR)
            {
                continue;
            }

            if (errno != 0)
            {
                return false;
            }

            var rest = (ReadOnlySpan<byte>)buffer.AsSpan(0, (int)n);
            while (Rtnetlink.TryNext(rest, out var type, out var flags, out var body, out rest))
            {
                interrupted |= (flags & Rtnetlink.NLM_F_DUMP_INTR) != 0;
                if (type is Rtnetlink.NLMSG_DONE or Rtnetlink.NLMSG_ERROR)
                {
                    // Both carry an errno, negative; 0 is success.
                    errno = body.Length >= 4 ? -BinaryPrimitives.ReadInt32LittleEndian(body) : 0;
                    return errno == 0;
                }

                if (type == Rtnetlink.RTM_NEWLINK && Rtnetlink.ParseLink(body, netns) is { } link)
                {
                    interfaces.Add(link);
                }
            }
        }
    }
}
