using System.Runtime.InteropServices;

namespace XdpAudit.Plugins;

/// <summary>rtnetlink(7): linux/netlink.h, linux/rtnetlink.h, linux/if_link.h.</summary>
internal static class RouteMessages
{
    internal const ushort NlmsgError = 2;
    internal const ushort NewLink = 16;
    internal const ushort GetLink = 18;
    internal const ushort SetLink = 19;
    internal const ushort FlagRequest = 1;
    internal const ushort FlagAck = 4;
    internal const ushort FlagCapped = 0x100;
    internal const ushort FlagAckTlvs = 0x200;
    internal const ushort ErrorMessageAttribute = 1;

    internal const ushort IflaIfName = 3;
    internal const ushort IflaExtMask = 29;
    internal const ushort IflaXdp = 43;
    internal const ushort IflaXdpFd = 1;
    internal const ushort IflaXdpFlags = 3;
    internal const ushort IflaXdpDrvProgId = 5;
    internal const ushort IflaXdpSkbProgId = 6;
    internal const ushort IflaXdpHwProgId = 7;
    internal const ushort IflaXdpExpectedFd = 8;
    internal const ushort Nested = 0x8000;
    internal const uint ExtFilterSkipStats = 8;

    internal const uint FlagUpdateIfNoExist = 1;
    internal const uint FlagSkb = 2;
    internal const uint FlagDrv = 4;
    internal const uint FlagReplace = 16;

    /// <summary>struct nlmsghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Header
    {
        internal uint Length;
        internal ushort Type;
        internal ushort Flags;
        internal uint Sequence;
        internal uint Port;
    }

    /// <summary>struct ifinfomsg.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct InterfaceInfo
    {
        internal byte Family;
        internal byte Padding;
        internal ushort Type;
        internal int Index;
        internal uint Flags;
        internal uint Change;
    }
}
