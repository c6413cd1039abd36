using XdpAudit.Abstractions;
using static XdpAudit.Plugins.Libxdp.DispatcherStructs;

namespace XdpAudit.Plugins.Libxdp;

/// <summary>The links that tie EXT programs to functions of another program.</summary>
internal static unsafe class Members
{
    /// <summary>The programs under a dispatcher. Its functions are numbered in the order of its places, so the links' targets tell the order.</summary>
    internal static IReadOnlyList<Member> Of(KernelProgramId dispatcher) =>
    [
        .. KernelLinks.All()
            .Where(l => l.Type == LinkTypeTracing)
            .Select(l => Read(l.Id))
            .OfType<TracingLinkInfo>()
            .Where(l => l.TargetObject == dispatcher.Value)
            .OrderBy(l => l.TargetFunction)
            .Select((l, place) => new Member(new(l.ProgramId), new(l.Id), place)),
    ];

    /// <summary>The program whose function a link has replaced; null for another kind of link, and for one that is gone.</summary>
    internal static KernelProgramId? Target(KernelLinkId link) => Read(link) is { Type: LinkTypeTracing } info ? new(info.TargetObject) : null;

    private static TracingLinkInfo? Read(KernelLinkId id)
    {
        using var link = KernelLinks.TryOpen(id);
        if (link is null)
        {
            return null;
        }

        var info = default(TracingLinkInfo);
        var attributes = new BpfSyscall.InfoAttributes { Fd = (uint)link.Number, Length = (uint)sizeof(TracingLinkInfo), Info = (ulong)&info };
        var answer = BpfSyscall.Bpf(BpfSyscall.ObjGetInfoByFd, &attributes, sizeof(BpfSyscall.InfoAttributes));
        return answer < 0 ? throw Words.Kernel($"read link {id}", -answer, "bpf(BPF_OBJ_GET_INFO_BY_FD)") : info;
    }
}
