using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using XdpAudit.Abstractions;
using static XdpAudit.Plugins.RouteMessages;

namespace XdpAudit.Plugins;

/// <summary>An interface as rtnetlink shows it.</summary>
internal sealed record InterfaceFacts(string Name, IReadOnlyList<ObservedXdp> Xdp);

/// <summary>How the kernel answered a change: errno, 0 for done, and its extended acknowledgement.</summary>
internal readonly record struct Acknowledgement(int Errno, string? ExtAck);

/// <summary>A rtnetlink socket. It stays in the namespace of the thread that opened it.</summary>
internal sealed unsafe partial class RouteSocket : IDisposable
{
    internal const string GetCall = "rtnetlink(RTM_GETLINK)";
    private readonly Descriptor _socket;
    private readonly byte[] _answer = new byte[64 * 1024];
    private uint _sequence;

    internal RouteSocket()
    {
        var fd = Sockets.socket(Sockets.AfNetlink, Sockets.SockRawCloseOnExec, Sockets.NetlinkRoute);
        _socket = fd >= 0 ? new(fd) : throw Words.Kernel("open a rtnetlink socket", Marshal.GetLastPInvokeError(), "socket");
        var on = 1;
        Sockets.setsockopt(fd, Sockets.SolNetlink, Sockets.NetlinkExtAck, &on, sizeof(int));
        Sockets.setsockopt(fd, Sockets.SolNetlink, Sockets.NetlinkCapAck, &on, sizeof(int));
    }

    /// <summary>SO_NETNS_COOKIE (socket(7), Linux 5.14) of the namespace it is in.</summary>
    internal ulong Cookie()
    {
        ulong cookie = 0;
        uint length = sizeof(ulong);
        return Sockets.getsockopt(_socket.Number, Sockets.SolSocket, Sockets.SoNetnsCookie, &cookie, &length) == 0
            ? cookie
            : throw Words.Kernel("read a network namespace's cookie", Marshal.GetLastPInvokeError(), "getsockopt(SO_NETNS_COOKIE)");
    }

    /// <summary>The interface's name and what is attached to it in each mode.</summary>
    internal InterfaceFacts Look(InterfaceRef at)
    {
        var request = Begin(GetLink, FlagRequest, at.IfIndex);
        Attribute(request, IflaExtMask, ExtFilterSkipStats);
        var answer = Exchange(request, GetCall);
        var header = MemoryMarshal.Read<Header>(answer);
        return header.Type == NewLink ? Interface(answer)
            : Acknowledged(answer) is { Errno: Errnos.Enodev } ? throw Words.InterfaceNotFound(at, GetCall)
            : throw Words.Kernel($"read interface '{at.Name}'", Acknowledged(answer).Errno, GetCall, Acknowledged(answer).ExtAck);
    }

    public void Dispose() => _socket.Dispose();

    private static InterfaceFacts Interface(ReadOnlySpan<byte> message)
    {
        var name = "";
        var xdp = new List<ObservedXdp>();
        foreach (var (type, start, length) in Attributes(message, sizeof(Header) + sizeof(InterfaceInfo)))
        {
            if (type == IflaIfName)
            {
                name = Encoding.UTF8.GetString(message.Slice(start, length)).TrimEnd('\0');
            }
            else if (type == IflaXdp)
            {
                foreach (var (mode, at, _) in Attributes(message[..(start + length)], start))
                {
                    var known = mode switch
                    {
                        IflaXdpDrvProgId => XdpMode.Native,
                        IflaXdpSkbProgId => XdpMode.Generic,
                        IflaXdpHwProgId => XdpMode.Offload,
                        _ => XdpMode.Unknown,
                    };
                    if (known != XdpMode.Unknown)
                    {
                        xdp.Add(new(known, new(MemoryMarshal.Read<uint>(message[at..]))));
                    }
                }
            }
        }

        return new(name, xdp);
    }

    private static Acknowledgement Acknowledged(ReadOnlySpan<byte> message)
    {
        var header = MemoryMarshal.Read<Header>(message);
        if (header.Type != NlmsgError)
        {
            return new(Errnos.Eio, null);
        }

        var errno = -MemoryMarshal.Read<int>(message[sizeof(Header)..]);
        if ((header.Flags & FlagAckTlvs) == 0)
        {
            return new(errno, null);
        }

        // struct nlmsgerr repeats our header, and our whole message unless it is capped.
        var repeated = MemoryMarshal.Read<Header>(message[(sizeof(Header) + 4)..]);
        var skip = sizeof(Header) + 4 + ((header.Flags & FlagCapped) != 0 ? sizeof(Header) : Align(repeated.Length));
        foreach (var (type, start, length) in Attributes(message, skip))
        {
            if (type == ErrorMessageAttribute)
            {
                return new(errno, Encoding.UTF8.GetString(message.Slice(start, length)).TrimEnd('\0'));
            }
        }

        return new(errno, null);
    }

    private static List<(ushort Type, int Start, int Length)> Attributes(ReadOnlySpan<byte> message, int from)
    {
        var found = new List<(ushort, int, int)>();
        while (from + 4 <= message.Length)
        {
            var length = MemoryMarshal.Read<ushort>(message[from..]);
            if (length < 4 || from + length > message.Length)
            {
                break;
            }

            found.Add(((ushort)(MemoryMarshal.Read<ushort>(message[(from + 2)..]) & 0x3fff), from + 4, length - 4));
            from += Align(length);
        }

        return found;
    }

    private static int Align(uint length) => (int)((length + 3) & ~3u);

    private static List<byte> Begin(ushort type, ushort flags, IfIndex ifIndex)
    {
        var message = new byte[sizeof(Header) + sizeof(InterfaceInfo)];
        MemoryMarshal.Write(message, new Header { Type = type, Flags = flags });
        MemoryMarshal.Write(message.AsSpan(sizeof(Header)), new InterfaceInfo { Index = (int)ifIndex.Value });
        return [.. message];
    }

    private static void Attribute(List<byte> message, ushort type, uint value)
    {
        Span<byte> bytes = stackalloc byte[8];
        MemoryMarshal.Write(bytes, (ushort)8);
        MemoryMarshal.Write(bytes[2..], type);
        MemoryMarshal.Write(bytes[4..], value);
        message.AddRange(bytes);
    }

    private ReadOnlySpan<byte> Exchange(List<byte> request, string function)
    {
        var bytes = CollectionsMarshal.AsSpan(request);
        MemoryMarshal.Write(bytes, (uint)bytes.Length);
        MemoryMarshal.Write(bytes[8..], ++_sequence);
        fixed (byte* sent = bytes, room = _answer)
        {
            if (Sockets.send(_socket.Number, sent, (nuint)bytes.Length, 0) != bytes.Length)
            {
                throw Words.Kernel("ask rtnetlink", Marshal.GetLastPInvokeError(), function);
            }

            var length = Sockets.recv(_socket.Number, room, (nuint)_answer.Length, 0);
            return length >= sizeof(Header) + 4
                ? _answer.AsSpan(0, (int)length)
                : throw Words.Kernel("hear from rtnetlink", length < 0 ? Marshal.GetLastPInvokeError() : Errnos.Eio, function);
        }
    }
}
