namespace XdpAudit.Core.Tests;

/// <summary>What an event says that must be true, in the words of <see cref="Truth"/>.</summary>
internal static class Claims
{
    /// <summary>What it says to have ended.</summary>
    internal static IEnumerable<string> Ended(JournalEvent fact) => fact switch
    {
        ProgramUnloaded e => [Truth.Program(e.Program)],
        ProgramUnpinned e => [Truth.Pin(e.Program.Value, e.Pin.Device, e.Pin.Inode)],
        LinkReleased e => [Truth.Link(e.Link)],
        LinkDetached e => [$"{Truth.Link(e.Link)} is attached"],
        LinkProgramReplaced { OldProgram: { } old } e => [$"{Truth.Link(e.Link)} holds {old}"],
        LinkUnpinned e => [Truth.Pin(Truth.Held(e.Link.Value), e.Pin.Device, e.Pin.Inode)],
        MapGone e => [Truth.Map(e.Map)],
        MapUnpinned e => [Truth.Pin(e.Map.Value, e.Pin.Device, e.Pin.Inode)],
        HolderGone { Holder: HolderFacts.ByDescriptor d } e => [Truth.Descriptor(Truth.Held(e.Held), d.Process.Pid, d.Process.StartTicks)],
        HolderGone { Holder: HolderFacts.ByMapElement m } e => [Truth.Element(e.Held, m.Map, m.Index)],
        AttachmentRemoved e => [Truth.InForce(e.AttachPoint, e.Mode, e.Program, e.Link?.Id.Value)],
        AttachmentReplaced e => [Truth.InForce(e.AttachPoint, e.Mode, e.OldProgram)],
        InterfaceRenamed e => [$"{Truth.Interface(e.AttachPoint)} named {e.OldName}"],
        InterfaceMoved e => e.InForce.Select(a => Truth.InForce(e.From, a.Mode, a.Program, a.Link?.Id.Value)),
        InterfaceRemoved e => [Truth.Interface(e.AttachPoint)],
        _ => [],
    };

    /// <summary>What it says to have begun, or to be there.</summary>
    /// <param name="fact">The event.</param>
    /// <param name="still">
    /// Nothing happened while it was looked. If something did, a program whose link went between the reading of the interface and that of the links
    /// cannot be told from one that netlink attached.
    /// </param>
    internal static IEnumerable<string> Began(JournalEvent fact, bool still) => fact switch
    {
        ProgramLoaded e => [Truth.Program(e.Program.Key)],
        ProgramFound e => [Truth.Program(e.Program.Key)],
        ProgramPinned e => [Truth.Pin(e.Program.Value, e.Pin.Device, e.Pin.Inode)],
        LinkCreated e => [Truth.Link(e.Link.Key)],
        LinkFound e => [Truth.Link(e.Link.Key)],
        LinkProgramReplaced e => [$"{Truth.Link(e.Link)} holds {e.NewProgram}"],
        LinkPinned e => [Truth.Pin(Truth.Held(e.Link.Value), e.Pin.Device, e.Pin.Inode)],
        MapFound e => [Truth.Map(e.Map.Key)],
        MapPinned e => [Truth.Pin(e.Map.Value, e.Pin.Device, e.Pin.Inode)],
        HolderAppeared { Holder: HolderFacts.ByDescriptor d } e => [Truth.Descriptor(Truth.Held(e.Held), d.Process.Pid, d.Process.StartTicks)],
        HolderAppeared { Holder: HolderFacts.ByMapElement m } e => [Truth.Element(e.Held, m.Map, m.Index)],
        AttachmentEstablished e => [InForce(e.AttachPoint, e.Mode, e.Program, e.Link, still)],
        AttachmentReplaced e => [InForce(e.AttachPoint, e.Mode, e.NewProgram, e.Link, still)],
        InterfaceRenamed e => [$"{Truth.Interface(e.AttachPoint)} named {e.NewName}"],
        InterfaceMoved e => [Truth.Interface(e.To), .. e.InForce.Select(a => a.Link is { } l ? Truth.At(Truth.Link(l), e.To) : Truth.InForce(e.To, a.Mode, a.Program, null))],
        _ => [],
    };

    private static string InForce(AttachPointKey at, XdpMode mode, ProgramKey program, LinkKey? link, bool still) =>
        link is null && !still ? Truth.InForce(at, mode, program) : Truth.InForce(at, mode, program, link?.Id.Value);
}
