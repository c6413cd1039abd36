using XdpAudit.Abstractions;

namespace XdpAudit.Plugins;

/// <summary>What the kernel says of a link. IfIndex is 0 when it is defunct.</summary>
internal sealed record LinkFacts(KernelLinkId Id, uint Type, KernelProgramId Program, uint IfIndex)
{
    internal bool Xdp => Type == BpfSyscall.LinkTypeXdp;

    internal bool Defunct => IfIndex == 0;
}

/// <summary>Links by id. A descriptor kept open would keep XDP running after its owner ended: the caller closes it within the call.</summary>
internal static unsafe partial class KernelLinks
{
    /// <summary>Null when no link has this id, or one is only being made: it has a number before it is settled (EAGAIN).</summary>
    internal static Descriptor? TryOpen(KernelLinkId id)
    {
        var attributes = new BpfSyscall.IdAttributes { Start = id.Value };
        var fd = BpfSyscall.Bpf(BpfSyscall.LinkGetFdById, &attributes, sizeof(BpfSyscall.IdAttributes));
        return fd switch
        {
            >= 0 => new(fd),
            -Errnos.Enoent or -Errnos.Eagain => null,
            _ => throw Words.Kernel($"open link {id}", -fd, "bpf(BPF_LINK_GET_FD_BY_ID)"),
        };
    }

    internal static LinkFacts Read(Descriptor link)
    {
        var info = default(BpfSyscall.LinkInfo);
        var attributes = new BpfSyscall.InfoAttributes { Fd = (uint)link.Number, Length = (uint)sizeof(BpfSyscall.LinkInfo), Info = (ulong)&info };
        var answer = BpfSyscall.Bpf(BpfSyscall.ObjGetInfoByFd, &attributes, sizeof(BpfSyscall.InfoAttributes));
        return answer < 0
            ? throw Words.Kernel("read a link", -answer, "bpf(BPF_OBJ_GET_INFO_BY_FD)")
            : new(new(info.Id), info.Type, new(info.ProgramId), info.IfIndex);
    }

    /// <summary>All links, read one by one; those that go meanwhile are skipped.</summary>
    internal static IEnumerable<LinkFacts> All()
    {
        for (var id = Next(0); id is { } at; id = Next(at))
        {
            using var link = TryOpen(new(at));
            if (link is not null)
            {
                yield return Read(link);
            }
        }
    }

    private static uint? Next(uint after)
    {
        var attributes = new BpfSyscall.IdAttributes { Start = after };
        var answer = BpfSyscall.Bpf(BpfSyscall.LinkGetNextId, &attributes, sizeof(BpfSyscall.IdAttributes));
        return answer switch
        {
            >= 0 => attributes.Next,
            -Errnos.Enoent => null,
            _ => throw Words.Kernel("list links", -answer, "bpf(BPF_LINK_GET_NEXT_ID)"),
        };
    }
}
