using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace XdpAudit.Plugins.Syslog;

/// <summary>What the kernel knows of a connection: <c>struct tcp_info</c> of linux/tcp.h, by getsockopt(TCP_INFO), tcp(7).</summary>
/// <param name="Established">Neither side has ended it.</param>
/// <param name="AllAcknowledged">Nothing waits to be sent, and nothing that was sent waits for the other kernel's acknowledgement.</param>
internal readonly record struct TcpInfo(bool Established, bool AllAcknowledged)
{
    private const int IpProtoTcp = 6;
    private const int Option = 11;
    private const byte TcpEstablished = 1;
    private const int UnackedAt = 24;
    private const int NotSentBytesAt = 144;

    internal static TcpInfo Of(Socket socket)
    {
        Span<byte> info = stackalloc byte[NotSentBytesAt + sizeof(uint)];
        var length = socket.GetRawSocketOption(IpProtoTcp, Option, info);
        var established = info[0] == TcpEstablished;

        // tcpi_notsent_bytes is of Linux 4.6; with less nothing could be known.
        return new(established, length == info.Length && MemoryMarshal.Read<uint>(info[UnackedAt..]) == 0 && MemoryMarshal.Read<uint>(info[NotSentBytesAt..]) == 0);
    }
}
