namespace XdpAudit.Core.Tests;

public sealed class InterfaceTests
{
    private readonly Scene _scene = new();
    private readonly Watcher _auditor = new();

    [Fact]
    public void An_interface_that_went_leaves_its_link_defunct()
    {
        _scene.Program(5);
        _scene.Link(9, 5);
        _auditor.Looks(_scene);
        _scene.Defunct(9);
        _scene.NoInterface(2);

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Seen(new AttachmentRemoved(A.Place(2), "eth0", XdpMode.Native, A.Key(5), A.Link(9, 5), EndReason.InterfaceGone)),
            _auditor.Seen(new InterfaceRemoved(A.Place(2), "eth0", EndReason.InterfaceGone)),
            _auditor.Seen(new LinkDetached(A.Link(9, 5), A.Key(5), A.Place(2), "eth0", EndReason.InterfaceGone)),
            _auditor.Completed());
    }

    [Fact]
    public void An_interface_that_went_takes_its_netlink_attachment_and_the_program_along()
    {
        _scene.Program(5);
        _scene.InForce(5);
        _auditor.Looks(_scene);
        _scene.Programs.Clear();
        _scene.NoInterface(2);

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Seen(new AttachmentRemoved(A.Place(2), "eth0", XdpMode.Native, A.Key(5), null, EndReason.InterfaceGone)),
            _auditor.Seen(new InterfaceRemoved(A.Place(2), "eth0", EndReason.InterfaceGone)),
            _auditor.Seen(new ProgramUnloaded(A.Key(5), "p5", EndReason.LastReference, "a netlink attachment on eth0")),
            _auditor.Completed());
    }

    [Fact]
    public void A_namespace_that_went_leaves_links_defunct()
    {
        _scene.Netns(A.Blue);
        _scene.Interface(3, "veth0", A.Blue);
        _scene.Program(5);
        _scene.Link(9, 5, 3, A.Blue);
        _auditor.Looks(_scene);
        _scene.Defunct(9);
        _scene.NoNetns(A.Blue);

        var events = _auditor.Looks(_scene);

        var place = A.Place(3, A.Blue);
        Events.Are(
            events,
            _auditor.Seen(new AttachmentRemoved(place, "veth0", XdpMode.Native, A.Key(5), A.Link(9, 5), EndReason.NetnsGone)),
            _auditor.Seen(new InterfaceRemoved(place, "veth0", EndReason.NetnsGone)),
            _auditor.Seen(new LinkDetached(A.Link(9, 5), A.Key(5), place, "veth0", EndReason.NetnsGone)),
            _auditor.Completed());
    }

    [Fact]
    public void A_rename_concerns_what_is_attached()
    {
        _scene.Program(5);
        _scene.Link(9, 5);
        _auditor.Looks(_scene);
        _scene.Rename(2, "uplink");
        _scene.Links[9] = _scene.Links[9] with { IfName = "uplink" };

        var events = _auditor.Looks(_scene);

        Events.Are(events, _auditor.Seen(new InterfaceRenamed(A.Place(2), "eth0", "uplink", [A.Key(5).Value, A.Link(9, 5).Value])));
        Assert.Equal("uplink", _auditor.Known.Links[A.Link(9, 5)].IfName);
        Assert.Equal("uplink", Assert.Single(_auditor.Known.Programs[A.Key(5)].Attachments).Interface.Name);
    }

    [Fact]
    public void The_history_of_an_attach_point_goes_on_after_its_last_attachment()
    {
        _scene.Program(5);
        _scene.Link(9, 5);
        _auditor.Looks(_scene);
        _scene.Defunct(9);
        _auditor.Looks(_scene);
        _scene.Rename(2, "uplink");
        Events.Are(_auditor.Looks(_scene), _auditor.Seen(new InterfaceRenamed(A.Place(2), "eth0", "uplink", [])));
        _scene.NoInterface(2);

        var events = _auditor.Looks(_scene);

        Events.Are(events, _auditor.Seen(new InterfaceRemoved(A.Place(2), "uplink", EndReason.InterfaceGone)), _auditor.Completed());
    }

    [Fact]
    public void A_link_proves_that_its_interface_moved_even_with_another_number_and_name()
    {
        _scene.Netns(A.Blue);
        _scene.Program(5);
        _scene.Link(9, 5);
        _auditor.Looks(_scene);
        _scene.NoInterface(2);
        _scene.Interface(7, "veth1", A.Blue);
        _scene.Link(9, 5, 7, A.Blue);

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Seen(new InterfaceMoved(
                A.Place(2), A.Place(7, A.Blue), A.Names("veth1", A.Blue), [new(XdpMode.Native, A.Key(5), "p5", A.Link(9, 5))])));
        Assert.Equal(A.Place(7, A.Blue), _auditor.Known.Links[A.Link(9, 5)].AttachPoint);
        Assert.Equal([A.Place(7, A.Blue)], _auditor.Known.AttachPoints.Keys);
    }

    [Fact]
    public void A_netlink_attachment_moved_when_its_place_is_gone_and_the_same_is_in_force_under_the_same_name_elsewhere()
    {
        _scene.Netns(A.Blue);
        _scene.Program(5);
        _scene.InForce(5);
        _auditor.Looks(_scene);
        _scene.NoInterface(2);
        _scene.Interface(2, "eth0", A.Blue);
        _scene.InForce(5, 2, A.Blue);

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Seen(new InterfaceMoved(A.Place(2), A.Place(2, A.Blue), A.Names("eth0", A.Blue), [new(XdpMode.Native, A.Key(5), "p5", null)])));
    }

    // A namespace that could not be read this time was taken to have lost its interface to another one.
    [Fact]
    public void A_netlink_attachment_that_cannot_be_seen_has_not_moved_to_where_its_like_is()
    {
        _scene.Netns(A.Blue);
        _scene.Interface(2, "eth0", A.Blue);
        _scene.Program(5);
        _scene.InForce(5, 2, A.Blue);
        _auditor.Looks(_scene);
        _scene.NoNetns(A.Blue);
        _scene.InForce(5);

        var events = _auditor.Looks(_scene, Missing.Namespaces);

        Events.Are(events, _auditor.Seen(new AttachmentEstablished(A.Place(2), A.Names("eth0"), XdpMode.Native, A.Key(5), "p5", null)), _auditor.Completed());
        Assert.Equal([A.Place(2), A.Place(2, A.Blue)], _auditor.Known.AttachPoints.Keys.OrderBy(k => k.Netns.Value));
    }

    [Fact]
    public void An_interface_made_again_under_its_name_with_another_number_is_another_attach_point()
    {
        _scene.Program(5);
        _scene.Program(6);
        _scene.Link(9, 5);
        _auditor.Looks(_scene);
        _scene.Defunct(9);
        _scene.NoInterface(2);
        _scene.Interface(8, "eth0");
        _scene.Link(10, 6, 8);

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Seen(new LinkFound(A.LinkFacts(10, 6, A.Place(8), "eth0"))),
            _auditor.Seen(new AttachmentEstablished(A.Place(8), A.Names("eth0"), XdpMode.Native, A.Key(6), "p6", A.Link(10, 6))),
            _auditor.Seen(new AttachmentRemoved(A.Place(2), "eth0", XdpMode.Native, A.Key(5), A.Link(9, 5), EndReason.InterfaceGone)),
            _auditor.Seen(new InterfaceRemoved(A.Place(2), "eth0", EndReason.InterfaceGone)),
            _auditor.Seen(new LinkDetached(A.Link(9, 5), A.Key(5), A.Place(2), "eth0", EndReason.InterfaceGone)),
            _auditor.Completed());
    }

    [Fact]
    public void The_same_number_in_another_namespace_is_another_attach_point()
    {
        _scene.Netns(A.Blue);
        _scene.Interface(2, "eth0", A.Blue);
        var program = _scene.Program(5);
        _scene.Link(9, 5);
        _scene.Link(10, 5, 2, A.Blue);

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.BootBegan(),
            _auditor.Found(A.Facts(program)),
            _auditor.Seen(new LinkFound(A.LinkFacts(9, 5, A.Place(2), "eth0"))),
            _auditor.Seen(new LinkFound(A.LinkFacts(10, 5, A.Place(2, A.Blue), "eth0"))),
            _auditor.Seen(new AttachmentEstablished(A.Place(2), A.Names("eth0"), XdpMode.Native, A.Key(5), "p5", A.Link(9, 5))),
            _auditor.Seen(new AttachmentEstablished(A.Place(2, A.Blue), A.Names("eth0", A.Blue), XdpMode.Native, A.Key(5), "p5", A.Link(10, 5))),
            _auditor.Completed());
    }

    // The number of an interface can be asked for (ip link add index N). The history of the first was continued as that of the second.
    [Fact]
    public void An_interface_with_the_number_of_one_that_is_gone_begins_a_life_of_its_own()
    {
        _scene.Program(5);
        _scene.Link(9, 5);
        _auditor.Looks(_scene);
        var first = _auditor.Known.AttachPoints[A.Place(2)];
        _scene.Defunct(9);
        _scene.NoInterface(2);
        _auditor.Looks(_scene);
        _scene.Interface(2, "eth9");
        _scene.Link(10, 5);
        _auditor.Looks(_scene);

        var stored = _auditor.Journal
            .Where(e => e.Event.Subjects.Contains(A.Place(2).Value))
            .Aggregate((SubjectState?)null, (state, entry) => Subjects.Fold(state, A.Place(2).Value, entry))!;

        Assert.NotEqual(first.FirstPosition, stored.FirstPosition);
        Assert.Equal(Canonical.Whole(_auditor.Known.AttachPoints[A.Place(2)]), Canonical.Whole(stored));
    }
}
