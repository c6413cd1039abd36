using System.Buffers.Binary;
using XdpAudit.Abstractions;

namespace XdpAudit.Kernel;

/// <summary>rtnetlink(7), RTM_GETLINK: the request, and what its answers say. Pure; the socket is <see cref="InterfaceReader"/>'s.</summary>
internal static class Rtnetlink
{
    internal const ushort NLMSG_ERROR = 2;
    internal const ushort NLMSG_DONE = 3;
    internal const ushort RTM_NEWLINK = 16;

    /// <summary>nlmsg_flags: the table changed while it was dumped, so some of it may be missing.</summary>
    internal const ushort NLM_F_DUMP_INTR = 0x10;

    private const ushort RTM_GETLINK = 18;
    private const ushort NLM_F_REQUEST = 1;
    private const ushort NLM_F_DUMP = 0x300;
    private const uint IFF_UP = 1;

    // if_link.h
    private const ushort IFLA_ADDRESS = 1;
    private const ushort IFLA_IFNAME = 3;
    private const ushort IFLA_LINKINFO = 18;
    private const ushort IFLA_EXT_MASK = 29;
    private const ushort IFLA_XDP = 43;
    private const ushort IFLA_INFO_KIND = 1;
    private const ushort IFLA_XDP_ATTACHED = 2;
    private const ushort IFLA_XDP_PROG_ID = 4;
    private const ushort IFLA_XDP_DRV_PROG_ID = 5;
    private const ushort IFLA_XDP_SKB_PROG_ID = 6;
    private const ushort IFLA_XDP_HW_PROG_ID = 7;

    /// <summary>rtnetlink.h: the statistics are the larger part of an answer, and nobody asked for them.</summary>
    private const uint RTEXT_FILTER_SKIP_STATS = 8;

    /// <summary>struct nlmsghdr 16, struct ifinfomsg 16, IFLA_EXT_MASK 8.</summary>
    internal static byte[] Request()
    {
        var message = new byte[40];
        BinaryPrimitives.WriteUInt32LittleEndian(message, 40);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(4), RTM_GETLINK);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(6), NLM_F_REQUEST | NLM_F_DUMP);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(32), 8);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(34), IFLA_EXT_MASK);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(36), RTEXT_FILTER_SKIP_STATS);
        return message;
    }

    /// <summary>The next message of a datagram: its type, flags and what follows its header; the rest of the datagram in <paramref name="rest"/>.</summary>
    internal static bool TryNext(ReadOnlySpan<byte> datagram, out ushort type, out ushort flags, out ReadOnlySpan<byte> body, out ReadOnlySpan<byte> rest)
    {
        type = flags = 0;
        body = rest = [];
        if (datagram.Length < 16)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(datagram);
        if (length < 16 || length > datagram.Length)
        {
            return false;
        }

        type = BinaryPrimitives.ReadUInt16LittleEndian(datagram[4..]);
        flags = BinaryPrimitives.ReadUInt16LittleEndian(datagram[6..]);
        body = datagram[16..length];
        rest = datagram[Math.Min(Align(length), datagram.Length)..];
        return true;
    }

    /// <summary>An RTM_NEWLINK body; null when it is too short to be one.</summary>
    internal static ObservedInterface? ParseLink(ReadOnlySpan<byte> body, NetnsCookie netns)
    {
        if (body.Length < 16)
        {
            return null;
        }

        string name = "";
        string? kind = null, address = null;
        IReadOnlyList<ObservedXdp> xdp = [];
        var attributes = body[16..];
        while (TryAttribute(ref attributes, out var type, out var value))
        {
            switch (type)
            {
                case IFLA_IFNAME:
                    name = KernelText.FromFixed(value);
                    break;
                case IFLA_ADDRESS when value.Length > 0:
                    address = BitConverter.ToString(value.ToArray()).Replace('-', ':').ToLowerInvariant();
                    break;
                case IFLA_LINKINFO:
                    kind = ParseKind(value);
                    break;
                case IFLA_XDP:
                    xdp = ParseXdp(value);
                    break;
            }
        }

        return new()
        {
            Netns = netns,
            IfIndex = new(BinaryPrimitives.ReadUInt32LittleEndian(body[4..])),
            Name = name,
            Kind = kind,
            Address = address,
            Up = (BinaryPrimitives.ReadUInt32LittleEndian(body[8..]) & IFF_UP) != 0,
            Xdp = xdp,
        };
    }

    private static string? ParseKind(ReadOnlySpan<byte> attributes)
    {
        while (TryAttribute(ref attributes, out var type, out var value))
        {
            if (type == IFLA_INFO_KIND)
            {
                return KernelText.FromFixed(value);
            }
        }

        return null;
    }

    private static List<ObservedXdp> ParseXdp(ReadOnlySpan<byte> attributes)
    {
        var programs = new List<ObservedXdp>();
        byte attached = 0;
        uint any = 0;
        while (TryAttribute(ref attributes, out var type, out var value))
        {
            var id = value.Length >= 4 ? BinaryPrimitives.ReadUInt32LittleEndian(value) : 0;
            var mode = type switch
            {
                IFLA_XDP_DRV_PROG_ID => XdpMode.Native,
                IFLA_XDP_SKB_PROG_ID => XdpMode.Generic,
                IFLA_XDP_HW_PROG_ID => XdpMode.Offload,
                _ => XdpMode.Unknown,
            };
            if (mode != XdpMode.Unknown && id != 0)
            {
                programs.Add(new(mode, new(id)));
            }
            else if (type == IFLA_XDP_PROG_ID)
            {
                any = id;
            }
            else if (type == IFLA_XDP_ATTACHED && value.Length > 0)
            {
                attached = value[0];
            }
        }

        // Linux before 4.19 gives one program and the mode in IFLA_XDP_ATTACHED: XDP_ATTACHED_DRV 1, _SKB 2, _HW 3.
        if (programs.Count == 0 && any != 0)
        {
            programs.Add(new((XdpMode)(attached <= 3 ? attached : 0), new(any)));
        }

        return programs;
    }

    /// <summary>struct rtattr: length 2, type 2 with the nested flag in its upper bits, padded to 4.</summary>
    private static bool TryAttribute(ref ReadOnlySpan<byte> attributes, out int type, out ReadOnlySpan<byte> value)
    {
        type = 0;
        value = [];
        if (attributes.Length < 4)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt16LittleEndian(attributes);
        if (length < 4 || length > attributes.Length)
        {
            return false;
        }

        type = BinaryPrimitives.ReadUInt16LittleEndian(attributes[2..]) & 0x3fff;
        value = attributes[4..length];
        attributes = attributes[Math.Min(Align(length), attributes.Length)..];
        return true;
    }

    private static int Align(int length) => (length + 3) & ~3;
}
