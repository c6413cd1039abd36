namespace XdpAudit.Core.Tests;

public sealed class LinkTests
{
    private readonly Scene _scene = new();
    private readonly Watcher _auditor = new();

    [Fact]
    public void A_link_and_what_is_in_force_by_it_are_found()
    {
        var program = _scene.Program(5);
        _scene.Link(9, 5);

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.BootBegan(),
            _auditor.Found(A.Facts(program)),
            _auditor.Seen(new LinkFound(A.LinkFacts(9, 5, A.Place(2), "eth0"))),
            _auditor.Seen(new AttachmentEstablished(A.Place(2), A.Names("eth0"), XdpMode.Native, A.Key(5), "p5", A.Link(9, 5))),
            _auditor.Completed());
    }

    [Fact]
    public void A_detached_link_is_defunct_and_neither_it_nor_its_program_is_gone()
    {
        _scene.Program(5);
        _scene.Link(9, 5);
        _scene.Holds(100, ObjectKind.Link, 9);
        _auditor.Looks(_scene);
        _scene.Defunct(9);

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Seen(new AttachmentRemoved(A.Place(2), "eth0", XdpMode.Native, A.Key(5), A.Link(9, 5), EndReason.Asked)),
            _auditor.Seen(new LinkDetached(A.Link(9, 5), A.Key(5), A.Place(2), "eth0", EndReason.Asked)),
            _auditor.Completed());
        Assert.Equal([A.Link(9, 5)], _auditor.Known.Programs[A.Key(5)].Links);
        Assert.Equal(EndReason.Asked, _auditor.Known.Links[A.Link(9, 5)].Defunct!.Why);
    }

    [Fact]
    public void Closing_an_unpinned_link_ends_the_attachment_the_link_and_the_program()
    {
        _scene.Program(5);
        _scene.Link(9, 5);
        _scene.Holds(100, ObjectKind.Link, 9);
        _auditor.Looks(_scene);
        _scene.Links.Clear();
        _scene.Programs.Clear();
        _scene.Descriptors.Clear();
        _scene.Free();

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Seen(new AttachmentRemoved(A.Place(2), "eth0", XdpMode.Native, A.Key(5), A.Link(9, 5), EndReason.LinkReleased)),
            _auditor.Seen(new HolderGone(A.Link(9, 5).Value, new HolderFacts.ByDescriptor(A.Process(100), 3, null), "closed it or ended")),
            _auditor.Seen(new LinkReleased(A.Link(9, 5), A.Key(5), EndReason.LastReference, "process 100 (loader) by fd")),
            _auditor.Seen(new ProgramUnloaded(A.Key(5), "p5", EndReason.LastReference, "link 9 on eth0")),
            _auditor.Completed());
    }

    [Fact]
    public void A_pinned_link_outlives_its_owner()
    {
        _scene.Program(5);
        _scene.Link(9, 5);
        _scene.Pin("/sys/fs/bpf/l", 7, ObjectKind.Link, 9);
        _scene.Holds(100, ObjectKind.Link, 9);
        _auditor.Looks(_scene);
        _scene.Descriptors.Clear();

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Seen(new HolderGone(A.Link(9, 5).Value, new HolderFacts.ByDescriptor(A.Process(100), 3, null), "closed it or ended")),
            _auditor.Completed());
        Assert.Equal("/sys/fs/bpf/l", Assert.Single(_auditor.Known.Links[A.Link(9, 5)].Pins).Pin.Path.Value);
    }

    [Fact]
    public void The_program_of_a_link_is_replaced_and_the_link_stays_the_same()
    {
        _scene.Program(5);
        _scene.Program(6);
        _scene.Link(9, 5);
        _auditor.Looks(_scene);
        _scene.Link(9, 6);
        _scene.Programs.Remove(5);

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Seen(new LinkProgramReplaced(A.Link(9, 5), A.Key(5), A.Key(6), "p6")),
            _auditor.Seen(new AttachmentReplaced(
                A.Place(2), A.Names("eth0"), XdpMode.Native, A.Key(5), new("p5", A.Program(5).Tag, 0, null), A.Key(6), "p6", A.Link(9, 5))),
            _auditor.Seen(new ProgramUnloaded(A.Key(5), "p5", EndReason.LastReference, "link 9 on eth0")),
            _auditor.Completed());
    }

    // The kernel can replace the program between the reading of interfaces and that of links. That was told as an attachment that was removed.
    [Fact]
    public void A_link_that_got_another_program_after_the_interface_was_read_is_told_as_replaced_and_not_as_removed()
    {
        _scene.Program(5);
        _scene.Program(6);
        _scene.Link(9, 5);
        _auditor.Looks(_scene);
        _scene.Links[9] = _scene.Links[9] with { ProgramId = new(6) };

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Seen(new LinkProgramReplaced(A.Link(9, 5), A.Key(5), A.Key(6), "p6")),
            _auditor.Seen(new AttachmentReplaced(
                A.Place(2), A.Names("eth0"), XdpMode.Native, A.Key(5), new("p5", A.Program(5).Tag, 0, null), A.Key(6), "p6", A.Link(9, 5))));
    }

    // It was told as a link whose program was replaced, which never happened.
    [Fact]
    public void The_program_of_a_link_found_without_it_is_identified_when_it_is_listed()
    {
        _scene.Program(5);
        _scene.Link(9, 5);
        _scene.Programs.Remove(5, out var program);
        var first = _auditor.Looks(_scene, Missing.Programs);
        Events.Are(
            first, _auditor.BootBegan(), _auditor.Seen(new LinkFound(A.LinkFacts(9, 5, A.Place(2), "eth0") with { Program = null, ProgramName = "" })), _auditor.Completed());
        _scene.Programs[5] = program!;

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Found(A.Facts(program!)),
            _auditor.Seen(new LinkProgramIdentified(A.Link(9, 5), A.Key(5), "p5")),
            _auditor.Seen(new AttachmentEstablished(A.Place(2), A.Names("eth0"), XdpMode.Native, A.Key(5), "p5", A.Link(9, 5))),
            _auditor.Completed());
    }

    [Fact]
    public void A_live_link_under_the_id_of_a_defunct_one_is_another_link()
    {
        _scene.Program(5);
        _scene.Link(9, 5);
        _scene.Pin("/sys/fs/bpf/l", 7, ObjectKind.Link, 9);
        _auditor.Looks(_scene);
        _scene.Defunct(9);
        _auditor.Looks(_scene);
        _scene.Link(9, 5);

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Seen(new LinkReleased(A.Link(9, 5), A.Key(5), EndReason.LastReference, "pin /sys/fs/bpf/l")),
            _auditor.Seen(new LinkFound(A.LinkFacts(9, 5, A.Place(2), "eth0"))),
            _auditor.Seen(new AttachmentEstablished(A.Place(2), A.Names("eth0"), XdpMode.Native, A.Key(5), "p5", A.Link(9, 5))),
            _auditor.Seen(new LinkPinned(A.Link(9, 5), A.Pin("/sys/fs/bpf/l", 7))),
            _auditor.Completed());
    }

    [Fact]
    public void An_extension_is_recorded_with_its_link_and_the_program_it_extends()
    {
        _scene.Program(5);
        _scene.Programs[6] = A.Program(6) with { Type = "ext", Extends = new(5) };
        _scene.Links[9] = new() { Id = new(9), Type = "tracing", ProgramId = new(6), TargetProgramId = new(5) };

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.BootBegan(),
            _auditor.Found(A.Facts(A.Program(5))),
            _auditor.Found(A.Facts(_scene.Programs[6])),
            _auditor.Seen(new LinkFound(A.LinkFacts(9, 6, null, "", XdpMode.Unknown) with { Key = A.Link(9, 6, "tracing"), Target = new(5) })),
            _auditor.Completed());
    }

    // By id, the kernel does not say in which namespace a link is. Two interfaces of one number and one program are not told apart by guessing.
    [Fact]
    public void A_link_whose_place_cannot_be_told_makes_no_attachment_a_netlink_one()
    {
        _scene.Netns(A.Blue);
        _scene.Interface(2, "eth0", A.Blue);
        var program = _scene.Program(5);
        _scene.Link(9, 5);
        _scene.InForce(5, 2, A.Blue);
        _scene.Links[9] = _scene.Links[9] with { Netns = null, IfName = null, Mode = null };

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.BootBegan(),
            _auditor.Found(A.Facts(program)),
            _auditor.Seen(new LinkFound(A.LinkFacts(9, 5, null, "", XdpMode.Unknown))),
            _auditor.Completed());
    }
}
