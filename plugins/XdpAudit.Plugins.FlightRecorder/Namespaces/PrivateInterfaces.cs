using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using static XdpAudit.Plugins.FlightRecorder.RouteCalls;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>The interfaces of the network namespace of the thread that opens it, by rtnetlink.</summary>
internal sealed unsafe class PrivateInterfaces : IDisposable
{
    private readonly Descriptor _socket;
    private readonly List<byte> _message = [];
    private uint _sequence;

    internal PrivateInterfaces()
    {
        var fd = Socket(AfNetlink, SockRawCloseOnExec, 0);
        _socket = fd >= 0 ? new(fd) : throw new StepFailed("socket(AF_NETLINK)", Marshal.GetLastPInvokeError());
    }

    /// <summary>SO_NETNS_COOKIE (socket(7), Linux 5.14); null before.</summary>
    internal ulong? Cookie()
    {
        ulong cookie = 0;
        uint length = sizeof(ulong);
        return GetOption(_socket.Number, SolSocket, SoNetnsCookie, &cookie, &length) == 0 ? cookie : null;
    }

    /// <summary>Makes a pair and returns the number of the first.</summary>
    internal uint AddPair(string name, string peer)
    {
        Begin(NewLink, FlagCreate | FlagExclusive, 0);
        Text(IflaIfName, name);
        Nest(IflaLinkInfo, () =>
        {
            Text(IflaInfoKind, "veth");
            Nest(IflaInfoData, () => Nest(VethInfoPeer, () =>
            {
                _message.AddRange(new byte[InterfaceInfoBytes]);
                Text(IflaIfName, peer);
            }));
        });
        Send("rtnetlink(RTM_NEWLINK)");
        return IndexOf(name);
    }

    /// <summary>Sets a program, or, with fd -1, removes it.</summary>
    internal void SetXdp(uint ifIndex, int fd)
    {
        Begin(SetLink, 0, ifIndex);
        Nest(IflaXdp, () =>
        {
            Number(IflaXdpFd, unchecked((uint)fd));
            Number(IflaXdpFlags, 0);
        });
        Send("rtnetlink(RTM_SETLINK, IFLA_XDP)");
    }

    internal void Delete(uint ifIndex)
    {
        Begin(DelLink, 0, ifIndex);
        Send("rtnetlink(RTM_DELLINK)");
    }

    public void Dispose() => _socket.Dispose();

    private void Begin(ushort type, ushort flags, uint ifIndex)
    {
        _message.Clear();
        var bytes = new byte[HeaderBytes + InterfaceInfoBytes];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), type);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(6), (ushort)(flags | FlagRequest | FlagAck));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), ++_sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(HeaderBytes + 4), ifIndex);
        _message.AddRange(bytes);
    }

    private void Attribute(ushort type, ReadOnlySpan<byte> value)
    {
        Span<byte> head = stackalloc byte[4];
        BinaryPrimitives.WriteUInt16LittleEndian(head, (ushort)(4 + value.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(head[2..], type);
        _message.AddRange(head);
        _message.AddRange(value);
        _message.AddRange(new byte[-value.Length & 3]);
    }

    private void Text(ushort type, string value) => Attribute(type, Encoding.UTF8.GetBytes(value + "\0"));

    private void Number(ushort type, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        Attribute(type, bytes);
    }

    private void Nest(ushort type, Action inside)
    {
        var start = _message.Count;
        Attribute((ushort)(type | Nested), []);
        inside();
        BinaryPrimitives.WriteUInt16LittleEndian(CollectionsMarshal.AsSpan(_message)[start..], (ushort)(_message.Count - start));
    }

    private void Send(string what)
    {
        var bytes = CollectionsMarshal.AsSpan(_message);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)bytes.Length);
        var answer = stackalloc byte[4096];
        fixed (byte* sent = bytes)
        {
            if (RouteCalls.Send(_socket.Number, sent, (nuint)bytes.Length, 0) != bytes.Length)
            {
                throw new StepFailed(what, Marshal.GetLastPInvokeError());
            }
        }

        // struct nlmsgerr: a negative errno, 0 for done.
        var length = Receive(_socket.Number, answer, 4096, 0);
        var errno = length < HeaderBytes + 4 ? Errnos.Eio : *(ushort*)(answer + 4) == NlmsgError ? -*(int*)(answer + HeaderBytes) : Errnos.Eio;
        if (errno != 0)
        {
            throw new StepFailed(what, errno);
        }
    }
}
