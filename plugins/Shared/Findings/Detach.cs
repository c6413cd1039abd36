using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Findings;

/// <summary>The steps that take a program out of force at an attach point, and put one in.</summary>
internal static class Detach
{
    /// <summary>The word of ip(8) and of bpftool net for a mode. With the wrong one the kernel removes nothing and calls it success.</summary>
    internal static string ModeWord(XdpMode mode) => mode switch
    {
        XdpMode.Native => "xdpdrv",
        XdpMode.Generic => "xdpgeneric",
        XdpMode.Offload => "xdpoffload",
        _ => "xdp",
    };

    internal static Remedy OfAttachment(this Remedy remedy, AttachmentView attachment, string why)
    {
        remedy.OutOfForce(attachment, why);

        // The fds of a link stay: what holds a defunct link is the next finding, and ending a process is not what was asked here.
        return attachment.LinkId is { } id && remedy.Host.Link(id) is { } link ? remedy.PinsOfLink(link) : remedy;
    }

    /// <summary>Ends what the program does at the attach point; a link is then defunct, and what holds it still holds it.</summary>
    internal static Remedy OutOfForce(this Remedy remedy, AttachmentView attachment, string why)
    {
        var netns = remedy.Host.Namespace(attachment.Netns);
        if (attachment.LinkId is { } id)
        {
            return remedy.Ours(why, $"xdpaudit link detach {id}").Plain($"{why}; ip cannot remove a link", $"bpftool link detach id {id}");
        }

        var program = attachment.ProgramId;
        remedy.Ours(why, $"xdpaudit link detach {Sh.Literal(netns.Selector(attachment.IfName))} --expected {program}");
        var off = netns.Ip($"link set dev {Sh.Quote(attachment.IfName)} {ModeWord(attachment.Mode)} off");
        remedy.Plain(
            off is null ? $"{why}: no path leads into the netns with cookie {netns.Cookie}; xdpaudit reaches it by its handle" : $"{why}, if it is still program {program}; another mode would remove nothing and succeed",
            off is null ? null : $"{Shows(netns, attachment.IfName, program)} && {off}");
        return remedy;
    }

    /// <summary>Puts a loaded program in force where none is: xdpaudit by a link, bpftool by netlink, which is all it knows.</summary>
    internal static Remedy Attach(this Remedy remedy, KernelProgramId program, string ifName, Netns netns, XdpMode mode, string why)
    {
        var inNetns = netns.Option is { } option ? $" --netns={Sh.Literal(option)}" : "";
        var inMode = mode == XdpMode.Unknown ? "" : $" --mode {mode.Text()}";
        remedy.Ours(why, $"xdpaudit link attach {program} --interface={Sh.Literal(ifName)}{inNetns}{inMode}");

        // bpftool takes a word that begins with a dash for an option, also after dev; ip does not.
        var end = ifName.StartsWith('-') ? "-- " : "";
        var command = netns.Enter($"bpftool {end}net attach {ModeWord(mode)} id {program} dev {Sh.Quote(ifName)}");
        return remedy.Plain(command is null ? $"{why}: no path leads into the netns with cookie {netns.Cookie}" : $"{why}; by netlink, so that nobody answers for it", command);
    }

    /// <summary>Verifies that a program is not in force at an interface.</summary>
    internal static IReadOnlyList<RemedyStep> VerifyDetached(this Remedy remedy, AttachmentView attachment)
    {
        var netns = remedy.Host.Namespace(attachment.Netns);
        return Shows(netns, attachment.IfName, attachment.ProgramId) is { } shows
            ? remedy.Verify("verify: succeeds once the program is no longer in force there", $"! {shows}")
            : remedy.Verify("verify: lists what is in force in this netns", "bpftool net show");
    }

    /// <summary>A line that succeeds when the program is in force at the interface. Several modes at once are written prog/xdpdrv, prog/xdpoffload.</summary>
    internal static string? Shows(Netns netns, string ifName, KernelProgramId program) =>
        netns.Ip($"link show dev {Sh.Quote(ifName)}") is { } show ? $"{show} | grep -q 'prog/xdp[a-z]* id {program} '" : null;
}
