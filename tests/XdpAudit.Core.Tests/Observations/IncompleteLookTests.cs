namespace XdpAudit.Core.Tests;

/// <summary>From a part of a look that is not complete no disappearance may be concluded.</summary>
public sealed class IncompleteLookTests
{
    private readonly Scene _scene = new();
    private readonly Watcher _auditor = new();

    public IncompleteLookTests()
    {
        _scene.Netns(A.Blue);
        _scene.Interface(3, "veth0", A.Blue);
        _scene.Map(3);
        _scene.Program(5, maps: [3]);
        _scene.Program(6);
        _scene.Link(9, 5);
        _scene.InForce(6, 3, A.Blue);
        _scene.Pin("/sys/fs/bpf/p", 7, ObjectKind.Program, 5);
        _scene.Pin("/sys/fs/bpf/l", 8, ObjectKind.Link, 9);
        _scene.Holds(100, ObjectKind.Program, 5);
        _scene.Elements.Add(new(new(3), 0, new(6)));
        _auditor.Looks(_scene);
    }

    [Fact]
    public void Programs_that_were_not_listed_are_not_unloaded()
    {
        _scene.Programs.Clear();

        Events.Are(_auditor.Looks(_scene, Missing.Programs), _auditor.Completed());
    }

    [Fact]
    public void Links_that_were_not_listed_are_not_released_and_what_they_hold_does_not_become_netlinks()
    {
        _scene.Links.Clear();

        Events.Are(_auditor.Looks(_scene, Missing.Links), _auditor.Completed());
    }

    [Fact]
    public void Maps_that_were_not_listed_are_not_gone_and_neither_are_their_elements()
    {
        _scene.Maps.Clear();
        _scene.Elements.Clear();

        Events.Are(_auditor.Looks(_scene, Missing.Maps), _auditor.Completed());
    }

    [Fact]
    public void Pins_that_were_not_found_are_not_removed()
    {
        _scene.Pins.Clear();

        Events.Are(_auditor.Looks(_scene, Missing.Pins), _auditor.Completed());
    }

    [Fact]
    public void Holders_that_were_not_found_have_not_let_go()
    {
        _scene.Descriptors.Clear();

        Events.Are(_auditor.Looks(_scene, Missing.Holders), _auditor.Completed());
    }

    [Fact]
    public void A_namespace_that_was_not_found_is_not_gone()
    {
        _scene.NoNetns(A.Blue);

        Events.Are(_auditor.Looks(_scene, Missing.Namespaces), _auditor.Completed());
    }

    [Fact]
    public void Interfaces_of_a_namespace_that_was_not_read_to_the_end_are_not_gone()
    {
        _scene.NoInterface(3, A.Blue);
        _scene.Netns(A.Blue, complete: false);

        Events.Are(_auditor.Looks(_scene, Missing.Attachments), _auditor.Completed());
    }

    [Fact]
    public void What_is_missing_from_the_complete_parts_of_an_incomplete_look_is_gone()
    {
        _scene.Pins.Clear();
        _scene.Descriptors.Clear();

        var events = _auditor.Looks(_scene, Missing.Pins);

        Events.Are(
            events,
            _auditor.Seen(new HolderGone(A.Key(5).Value, new HolderFacts.ByDescriptor(A.Process(100), 3, null), "closed it or ended")),
            _auditor.Completed());
    }

    // A namespace that can never be found again would have kept its attachments in force for ever.
    [Fact]
    public void An_attachment_ends_with_its_program_or_link_also_where_its_interface_could_not_be_seen()
    {
        _scene.NoNetns(A.Blue);
        _scene.Programs.Remove(6);
        _scene.Elements.Clear();

        var events = _auditor.Looks(_scene, Missing.Namespaces);

        Events.Are(
            events,
            _auditor.Seen(new AttachmentRemoved(A.Place(3, A.Blue), "veth0", XdpMode.Native, A.Key(6), null, EndReason.Unknown)),
            _auditor.Seen(new HolderGone(A.Key(6).Value, new HolderFacts.ByMapElement(new(3), "prog_array", 0), "the element was deleted or its map let go")),
            _auditor.Seen(new ProgramUnloaded(A.Key(6), "p6", EndReason.LastReference, "a netlink attachment on veth0, element 0 of prog_array map 3")),
            _auditor.Completed());
    }

    [Fact]
    public void A_link_tells_what_is_in_force_also_where_its_interface_could_not_be_seen()
    {
        _scene.Link(10, 6, 3, A.Blue);
        _auditor.Looks(_scene);
        _scene.NoNetns(A.Blue);
        _scene.Links[10] = _scene.Links[10] with { ProgramId = new(5) };

        var events = _auditor.Looks(_scene, Missing.Namespaces);

        Events.Are(
            events,
            _auditor.Seen(new LinkProgramReplaced(A.Link(10, 6), A.Key(6), A.Key(5), "p5")),
            _auditor.Seen(new AttachmentReplaced(
                A.Place(3, A.Blue), A.Names("veth0", A.Blue), XdpMode.Native, A.Key(6), new("p6", A.Program(6).Tag, 0, null), A.Key(5), "p5", A.Link(10, 6))),
            _auditor.Completed());
    }

    [Fact]
    public void A_defunct_link_in_a_namespace_that_cannot_be_found_is_defunct_for_a_reason_that_is_not_known()
    {
        _scene.Link(10, 6, 3, A.Blue);
        _auditor.Looks(_scene);
        _scene.Defunct(10);
        _scene.NoNetns(A.Blue);

        var events = _auditor.Looks(_scene, Missing.Namespaces);

        Events.Are(
            events,
            _auditor.Seen(new AttachmentRemoved(A.Place(3, A.Blue), "veth0", XdpMode.Native, A.Key(6), A.Link(10, 6), EndReason.Unknown)),
            _auditor.Seen(new LinkDetached(A.Link(10, 6), A.Key(6), A.Place(3, A.Blue), "veth0", EndReason.Unknown)),
            _auditor.Completed());
    }
}
