using System.Globalization;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Libxdp;

/// <summary>Where libxdp pins what it tied: <c>BPFFS/xdp/dispatch-IFINDEX-DISPATCHER/prog0-link</c> and <c>prog0-prog</c>. These pins are all of its memory.</summary>
internal sealed class LibxdpPins(LibxdpOptions options)
{
    internal PinPath Directory(IfIndex at, KernelProgramId dispatcher) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{options.Bpffs}/xdp/dispatch-{at.Value}-{dispatcher.Value}"));

    /// <summary>The pins of a member: of its link, and of the program; null when they are not there.</summary>
    internal (PinPath Link, PinPath Program)? Of(IfIndex at, KernelProgramId dispatcher, Member member)
    {
        var there = KernelPins.Inside(Directory(at, dispatcher)).Select(p => (Path: p, Object: KernelPins.Look(p))).ToList();
        var link = there.FirstOrDefault(p => p.Object == new KernelObject(ObjectKind.Link, member.Link.Value)).Path;
        var program = there.FirstOrDefault(p => p.Object == new KernelObject(ObjectKind.Program, member.Program.Value)).Path;
        return link.Value is null || program.Value is null ? null : (link, program);
    }

    /// <summary>Whether libxdp will find what is under a dispatcher: it looks by these pins alone.</summary>
    internal bool Cover(IfIndex at, Dispatcher dispatcher) => dispatcher.Members.All(m => Of(at, dispatcher.Program, m) is not null);

    internal bool Remain(IfIndex at, KernelProgramId dispatcher) => System.IO.Directory.Exists(Directory(at, dispatcher).Value);
}
