using System.Runtime.InteropServices;
using XdpAudit.Abstractions;

namespace XdpAudit.Kernel;

/// <summary>All links of all types. Unlike programs, links change: their program, and their interface when it goes, so every look reads all of each.</summary>
internal sealed class LinkReader(BpfIterators? iterators)
{
    // if_link.h: XDP_FLAGS_SKB_MODE, XDP_FLAGS_DRV_MODE, XDP_FLAGS_HW_MODE
    private const uint SkbMode = 1 << 1;
    private const uint DriverMode = 1 << 2;
    private const uint HardwareMode = 1 << 3;

    /// <summary>Records of the last look with what was made of them: an unchanged record is the same link.</summary>
    private Dictionary<uint, (LinkRecord Record, ObservedLink Link)> _known = [];
    private Dictionary<uint, (LinkRecord Record, ObservedLink Link)> _next = [];

    internal List<ObservedLink> Read(LookPart part)
    {
        var links = new List<ObservedLink>(_known.Count + 16);
        if (iterators is not null && iterators.Has(BpfIterators.Link))
        {
            part.Method = Methods.Iterator;
            ReadIterator(iterators, links, part);
        }
        else
        {
            part.Method = Methods.IdWalk;
            part.Lessened(Words.Listing("links"), Words.WalkTellsLess);
            Walk(links, part);
        }

        return links;
    }

    private void ReadIterator(BpfIterators source, List<ObservedLink> links, LookPart part)
    {
        if (!source.TryRead<LinkRecord>(BpfIterators.Link, out var records, out var errno))
        {
            part.Missed(Words.Listing("links"), Words.StoppedEarly, errno);
        }

        foreach (ref readonly var record in records)
        {
            // A link that was allocated but never settled has no number, and nobody can have it.
            if (record.Id == 0)
            {
                continue;
            }

            var link = _known.TryGetValue(record.Id, out var known) && Same(known.Record, record) ? known.Link : From(record);
            _next[record.Id] = (record, link);
            links.Add(link);
        }

        (_known, _next) = (_next, _known);
        _next.Clear();
    }

    private static bool Same(in LinkRecord one, in LinkRecord other) =>
        MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(in one, 1)).SequenceEqual(MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(in other, 1)));

    private static ObservedLink From(in LinkRecord record)
    {
        var xdp = record.Type == LinkTypes.Xdp;
        var inPlace = xdp && record.IfIndex != 0;
        return new()
        {
            Id = new(record.Id),
            Type = LinkTypes.Name(record.Type),
            ProgramId = new(record.ProgramId),
            IfIndex = xdp ? new(record.IfIndex) : null,
            Netns = inPlace && record.NetnsCookie != 0 ? new(record.NetnsCookie) : null,
            NetnsInode = inPlace ? new(record.NetnsInode) : null,
            IfName = inPlace ? KernelText.FromFixed(record.Device) : null,
            Mode = xdp ? ModeOf(record.Flags) : null,
            TargetProgramId = record.TargetProgramId != 0 ? new(record.TargetProgramId) : null,
            References = record.References - 1,
        };
    }

    private static XdpMode ModeOf(uint flags) => (flags & (SkbMode | DriverMode | HardwareMode)) switch
    {
        SkbMode => XdpMode.Generic,
        DriverMode => XdpMode.Native,
        HardwareMode => XdpMode.Offload,
        _ => XdpMode.Unknown,
    };

    private static void Walk(List<ObservedLink> links, LookPart part)
    {
        uint id = 0;
        int errno;
        while (BpfObjects.TryNextId(BpfCalls.BPF_LINK_GET_NEXT_ID, ref id, out errno))
        {
            var info = default(bpf_link_info);
            using var descriptor = BpfObjects.TryOpen(BpfCalls.BPF_LINK_GET_FD_BY_ID, id, out errno);
            if (descriptor is not null && BpfObjects.TryInfo(descriptor, ref info, out errno))
            {
                links.Add(From(info));
            }
            else if (!BpfObjects.IsPassing(errno))
            {
                part.Missed(Words.Opening(ObjectKind.Link, id), Words.NeedsSysAdmin, errno);
            }
        }

        if (errno != Errno.ENOENT)
        {
            part.Missed(Words.Listing("links"), Words.NeedsSysAdmin, errno);
        }
    }

    private static ObservedLink From(in bpf_link_info info) => new()
    {
        Id = new(info.id),
        Type = LinkTypes.Name(info.type),
        ProgramId = new(info.prog_id),
        IfIndex = info.type == LinkTypes.Xdp ? new(info.xdp.ifindex) : null,
    };
}
