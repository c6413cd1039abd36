using System.Buffers.Binary;
using System.Runtime.InteropServices;
using XdpAudit.Abstractions;
using static XdpAudit.Plugins.RouteMessages;

namespace XdpAudit.Plugins;

/// <summary>What changes interfaces. Plugins that leave acting to a tool are built without this.</summary>
internal sealed unsafe partial class RouteSocket
{
    internal const string SetCall = "rtnetlink(RTM_SETLINK)";

    /// <summary>Sets or, with fd -1, removes the program in the mode the flags name. Success does not mean that anything was removed.</summary>
    internal Acknowledgement SetXdp(IfIndex ifIndex, int fd, uint flags, int? expectedFd)
    {
        var request = Begin(SetLink, FlagRequest | FlagAck, ifIndex);
        var nested = request.Count;
        Attribute(request, IflaXdp | Nested, 0);
        request.RemoveRange(nested + 4, 4);
        Attribute(request, IflaXdpFd, unchecked((uint)fd));
        Attribute(request, IflaXdpFlags, flags);
        if (expectedFd is { } expected)
        {
            Attribute(request, IflaXdpExpectedFd, (uint)expected);
        }

        BinaryPrimitives.WriteUInt16LittleEndian(CollectionsMarshal.AsSpan(request)[nested..], (ushort)(request.Count - nested));
        return Acknowledged(Exchange(request, SetCall));
    }
}
