using System.Runtime.InteropServices;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>Sockets and rtnetlink(7): linux/rtnetlink.h, linux/if_link.h, linux/veth.h. Calls return -1 with errno as the last P/Invoke error.</summary>
internal static unsafe partial class RouteCalls
{
    internal const int AfNetlink = 16;
    internal const int SockRawCloseOnExec = 3 | 0x80000;
    internal const int SolSocket = 1;
    internal const int SoNetnsCookie = 71;

    internal const ushort NlmsgError = 2;
    internal const ushort NewLink = 16;
    internal const ushort DelLink = 17;
    internal const ushort SetLink = 19;
    internal const ushort FlagRequest = 1;
    internal const ushort FlagAck = 4;
    internal const ushort FlagExclusive = 0x200;
    internal const ushort FlagCreate = 0x400;
    internal const ushort Nested = 0x8000;

    internal const ushort IflaIfName = 3;
    internal const ushort IflaLinkInfo = 18;
    internal const ushort IflaInfoKind = 1;
    internal const ushort IflaInfoData = 2;
    internal const ushort VethInfoPeer = 1;
    internal const ushort IflaXdp = 43;
    internal const ushort IflaXdpFd = 1;
    internal const ushort IflaXdpFlags = 3;

    internal const int HeaderBytes = 16;
    internal const int InterfaceInfoBytes = 16;

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    internal static partial int Socket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    internal static partial int GetOption(int fd, int level, int option, void* value, uint* length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    internal static partial nint Send(int fd, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    internal static partial nint Receive(int fd, byte* buffer, nuint length, int flags);

    /// <summary>if_nametoindex(3): 0 when there is none.</summary>
    [LibraryImport("libc", EntryPoint = "if_nametoindex", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial uint IndexOf(string name);
}
