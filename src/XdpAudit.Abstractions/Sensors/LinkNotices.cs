namespace XdpAudit.Abstractions;

/// <summary>A link was created.</summary>
/// <param name="Id">The kernel's id.</param>
/// <param name="Type">Type as bpftool writes it.</param>
/// <param name="Program">The program it holds.</param>
public sealed record LinkCreateNotice(KernelLinkId Id, string Type, KernelProgramId Program) : KernelNotice
{
    /// <summary>The interface of an xdp link; null for others.</summary>
    public NoticedInterface? Interface { get; init; }

    /// <summary>The mode it is in force in; unknown when it was not seen.</summary>
    public XdpMode Mode { get; init; }

    /// <summary>The program an ext program's link is on.</summary>
    public KernelProgramId? Target { get; init; }
}

/// <summary>A link got another program (BPF_LINK_UPDATE).</summary>
public sealed record LinkUpdateNotice(KernelLinkId Id, string Type, KernelProgramId? OldProgram, KernelProgramId NewProgram) : KernelNotice
{
    /// <summary>The interface of an xdp link.</summary>
    public NoticedInterface? Interface { get; init; }
}

/// <summary>A link became defunct: by BPF_LINK_DETACH, or, seen by the function tier only, because its interface went.</summary>
/// <param name="Id">The kernel's id.</param>
/// <param name="Type">Type as bpftool writes it.</param>
/// <param name="Program">The program it still holds.</param>
/// <param name="Why">Why, in the words of the journal: <c>asked</c>, <c>interface-gone</c>, <c>netns-gone</c>.</param>
public sealed record LinkDetachNotice(KernelLinkId Id, string Type, KernelProgramId Program, string Why) : KernelNotice
{
    /// <summary>The interface it was on; null when it was on none any more.</summary>
    public NoticedInterface? Interface { get; init; }
}

/// <summary>A link is freed. Function tier only.</summary>
public sealed record LinkFreeNotice(KernelLinkId Id, KernelProgramId Program) : KernelNotice;

/// <summary>What an interface runs was set by rtnetlink (IFLA_XDP): what was in force in a mode before and after.</summary>
/// <param name="Interface">Where.</param>
/// <param name="Mode">The mode.</param>
/// <param name="Before">The program in force before; null for none.</param>
/// <param name="After">The program in force after; null for none.</param>
public sealed record XdpSetNotice(NoticedInterface Interface, XdpMode Mode, KernelProgramId? Before, KernelProgramId? After) : KernelNotice;

/// <summary>An interface is gone.</summary>
/// <param name="Interface">Which.</param>
/// <param name="WithNetns">Its namespace goes with it.</param>
public sealed record InterfaceGoneNotice(NoticedInterface Interface, bool WithNetns) : KernelNotice;

/// <summary>An interface as a sensor saw it.</summary>
/// <param name="Netns">Its namespace's cookie.</param>
/// <param name="NetnsInode">Its namespace's inode; null when it was not seen.</param>
/// <param name="IfIndex">Its number there.</param>
/// <param name="Name">Its name.</param>
public sealed record NoticedInterface(NetnsCookie Netns, NetnsInode? NetnsInode, IfIndex IfIndex, string Name);
