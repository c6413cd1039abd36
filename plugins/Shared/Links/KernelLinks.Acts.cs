using XdpAudit.Abstractions;

namespace XdpAudit.Plugins;

/// <summary>What changes links. Plugins that leave acting to a tool are built without this.</summary>
internal static unsafe partial class KernelLinks
{
    internal const string CreateCall = "bpf(BPF_LINK_CREATE)";
    internal const string UpdateCall = "bpf(BPF_LINK_UPDATE)";
    internal const string DetachCall = "bpf(BPF_LINK_DETACH)";

    /// <summary>A new link, or -errno. The interface is looked up in the calling thread's network namespace.</summary>
    internal static int Create(Descriptor program, uint ifIndex, uint flags)
    {
        var attributes = new BpfSyscall.LinkCreateAttributes
        {
            ProgramFd = (uint)program.Number,
            IfIndex = ifIndex,
            AttachType = BpfSyscall.AttachTypeXdp,
            Flags = flags,
        };
        return BpfSyscall.Bpf(BpfSyscall.LinkCreate, &attributes, sizeof(BpfSyscall.LinkCreateAttributes));
    }

    /// <summary>0, or -errno: EPERM for another old program than expected, ENOLINK for a defunct link.</summary>
    internal static int Update(Descriptor link, Descriptor program, Descriptor? expectedOld)
    {
        var attributes = new BpfSyscall.LinkUpdateAttributes
        {
            LinkFd = (uint)link.Number,
            NewProgramFd = (uint)program.Number,
            Flags = expectedOld is null ? 0 : BpfSyscall.FReplace,
            OldProgramFd = (uint)(expectedOld?.Number ?? 0),
        };
        return BpfSyscall.Bpf(BpfSyscall.LinkUpdate, &attributes, sizeof(BpfSyscall.LinkUpdateAttributes));
    }

    /// <summary>0, or -errno. Leaves the link, defunct, to whoever holds it.</summary>
    internal static int Detach(Descriptor link)
    {
        var attributes = new BpfSyscall.LinkUpdateAttributes { LinkFd = (uint)link.Number };
        return BpfSyscall.Bpf(BpfSyscall.LinkDetach, &attributes, sizeof(uint));
    }
}
