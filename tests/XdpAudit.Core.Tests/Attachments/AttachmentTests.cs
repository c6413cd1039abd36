namespace XdpAudit.Core.Tests;

public sealed class AttachmentTests
{
    private static readonly ReplacedProgram Five = new("p5", A.Program(5).Tag, 0, null);
    private readonly Scene _scene = new();
    private readonly Watcher _auditor = new();

    [Fact]
    public void A_program_in_force_without_a_link_is_a_netlink_attachment()
    {
        var program = _scene.Program(5);
        _scene.InForce(5, mode: XdpMode.Generic);

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.BootBegan(),
            _auditor.Found(A.Facts(program)),
            _auditor.Seen(new AttachmentEstablished(A.Place(2), A.Names("eth0"), XdpMode.Generic, A.Key(5), "p5", null)),
            _auditor.Completed());
    }

    [Fact]
    public void A_netlink_replacement_is_told_with_what_was_there_and_frees_the_old_program()
    {
        _scene.Program(5);
        _scene.InForce(5);
        _auditor.Looks(_scene);
        _scene.Programs.Remove(5);
        var other = _scene.Program(6);
        _scene.InForce(6);

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Found(A.Facts(other)),
            _auditor.Seen(new AttachmentReplaced(A.Place(2), A.Names("eth0"), XdpMode.Native, A.Key(5), Five, A.Key(6), "p6", null)),
            _auditor.Seen(new ProgramUnloaded(A.Key(5), "p5", EndReason.LastReference, "a netlink attachment on eth0")));
        Assert.Equal("p5", _auditor.Known.AttachPoints[A.Place(2)].Replaced!.OldName);
    }

    [Fact]
    public void A_netlink_attachment_that_was_taken_off_frees_its_program()
    {
        _scene.Program(5);
        _scene.InForce(5);
        _auditor.Looks(_scene);
        _scene.Programs.Clear();
        _scene.Free();

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Seen(new AttachmentRemoved(A.Place(2), "eth0", XdpMode.Native, A.Key(5), null, EndReason.Asked)),
            _auditor.Seen(new ProgramUnloaded(A.Key(5), "p5", EndReason.LastReference, "a netlink attachment on eth0")),
            _auditor.Completed());
    }

    [Fact]
    public void The_same_program_in_another_mode_is_removed_and_established()
    {
        _scene.Program(5);
        _scene.InForce(5);
        _auditor.Looks(_scene);
        _scene.InForce(5, mode: XdpMode.Generic);

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Seen(new AttachmentRemoved(A.Place(2), "eth0", XdpMode.Native, A.Key(5), null, EndReason.Asked)),
            _auditor.Seen(new AttachmentEstablished(A.Place(2), A.Names("eth0"), XdpMode.Generic, A.Key(5), "p5", null)));
    }

    [Fact]
    public void The_same_program_by_another_link_is_removed_and_established()
    {
        _scene.Program(5);
        _scene.Link(9, 5);
        _auditor.Looks(_scene);
        _scene.Links.Clear();
        _scene.Link(10, 5);

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Seen(new LinkFound(A.LinkFacts(10, 5, A.Place(2), "eth0"))),
            _auditor.Seen(new AttachmentRemoved(A.Place(2), "eth0", XdpMode.Native, A.Key(5), A.Link(9, 5), EndReason.LinkReleased)),
            _auditor.Seen(new AttachmentEstablished(A.Place(2), A.Names("eth0"), XdpMode.Native, A.Key(5), "p5", A.Link(10, 5))),
            _auditor.Seen(new LinkReleased(A.Link(9, 5), A.Key(5), EndReason.LastReference, "nothing that was seen")));
    }

    // Interfaces are read before links: what an interface shows may be older than the end of the link that put it there.
    [Fact]
    public void An_interface_that_still_shows_the_program_of_a_link_that_went_is_no_netlink_attachment()
    {
        _scene.Program(5);
        _scene.Link(9, 5);
        _auditor.Looks(_scene);
        _scene.Links.Clear();

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Seen(new AttachmentRemoved(A.Place(2), "eth0", XdpMode.Native, A.Key(5), A.Link(9, 5), EndReason.LinkReleased)),
            _auditor.Seen(new LinkReleased(A.Link(9, 5), A.Key(5), EndReason.LastReference, "nothing that was seen")),
            _auditor.Completed());
    }

    [Fact]
    public void It_is_one_when_the_next_look_still_shows_it()
    {
        _scene.Program(5);
        _scene.Link(9, 5);
        _auditor.Looks(_scene);
        _scene.Links.Clear();
        _auditor.Looks(_scene);

        var events = _auditor.Looks(_scene);

        Events.Are(events, _auditor.Seen(new AttachmentEstablished(A.Place(2), A.Names("eth0"), XdpMode.Native, A.Key(5), "p5", null)));
    }

    // Such a program was recorded as unloaded and in force at once.
    [Fact]
    public void An_interface_that_still_shows_a_program_that_is_gone_was_read_before_it_went()
    {
        _scene.Program(5);
        _scene.InForce(5);
        _auditor.Looks(_scene);
        _scene.Programs.Clear();

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Seen(new AttachmentRemoved(A.Place(2), "eth0", XdpMode.Native, A.Key(5), null, EndReason.Asked)),
            _auditor.Seen(new ProgramUnloaded(A.Key(5), "p5", EndReason.LastReference, "a netlink attachment on eth0")),
            _auditor.Completed());
    }

    [Fact]
    public void A_program_that_took_a_place_and_is_not_listed_yet_is_told_by_the_next_look()
    {
        _scene.Program(5);
        _scene.Holds(100, ObjectKind.Program, 5);
        _scene.InForce(5);
        _auditor.Looks(_scene);
        _scene.InForce(6);
        Events.Are(_auditor.Looks(_scene));
        var other = _scene.Program(6);

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Found(A.Facts(other)),
            _auditor.Seen(new AttachmentReplaced(A.Place(2), A.Names("eth0"), XdpMode.Native, A.Key(5), Five, A.Key(6), "p6", null)),
            _auditor.Completed());
    }

    [Fact]
    public void Where_a_program_was_in_force_and_until_when_is_remembered_with_it()
    {
        _scene.Program(5);
        _scene.Link(9, 5);
        _auditor.Looks(_scene);
        _scene.Defunct(9);
        _auditor.Looks(_scene);

        var program = _auditor.Known.Programs[A.Key(5)];

        var former = Assert.Single(program.Former);
        Assert.Equal((A.Place(2), "eth0", EndReason.Asked), (former.AttachPoint, former.IfName, former.Why));
        Assert.Equal(former.Until, program.UnattachedSince);
        Assert.Empty(program.Attachments);
    }
}
