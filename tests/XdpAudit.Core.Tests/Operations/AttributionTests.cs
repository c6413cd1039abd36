namespace XdpAudit.Core.Tests;

/// <summary>One fact known from an executor and from the kernel is one event, and only what an operation did is its doing.</summary>
public sealed class AttributionTests
{
    private static readonly PinPath Path = new("/sys/fs/bpf/xdpaudit/p5-000000000001");
    private static readonly OperationPlan LoadOfP5 = new() { Kind = OperationKinds.ProgramLoad, Executor = "", Target = "p5 of x.o", ProgramName = "p5", Pin = Path };
    private readonly Scene _scene = new();
    private readonly Watcher _auditor = new();

    [Fact]
    public void A_program_of_a_load_of_ours_is_loaded_by_who_asked_and_confirmed_by_the_look()
    {
        _auditor.Looks(_scene);
        var asked = _auditor.Asked("1", LoadOfP5);
        var program = _scene.Program(5);
        _scene.Pin(Path.Value, 7, ObjectKind.Program, 5);
        _auditor.Answered(asked, new OperationSucceeded(asked.Id, new() { Program = A.Key(5), Pin = Path }));

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Ours(asked, new ProgramLoaded(A.Facts(program))),
            _auditor.Ours(asked, new ProgramPinned(A.Key(5), A.Pin(Path.Value, 7))),
            _auditor.Completed());
        Assert.Equal(asked.Id, _auditor.Known.Programs[A.Key(5)].Operation);
    }

    [Fact]
    public void A_load_whose_answer_was_lost_is_known_by_its_pin()
    {
        _auditor.Looks(_scene);
        var asked = _auditor.Asked("1", LoadOfP5);
        _auditor.Answered(asked, new OperationIndeterminate(asked.Id, "the executor died"));
        var program = _scene.Program(5);
        _scene.Pin(Path.Value, 7, ObjectKind.Program, 5);

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Ours(asked, new ProgramLoaded(A.Facts(program))),
            _auditor.Ours(asked, new ProgramPinned(A.Key(5), A.Pin(Path.Value, 7))),
            _auditor.Completed());
    }

    [Fact]
    public void A_strangers_program_loaded_meanwhile_stays_the_strangers()
    {
        _auditor.Looks(_scene);
        var asked = _auditor.Asked("1", LoadOfP5);
        var program = _scene.Program(5);
        var other = _scene.Program(6);
        _scene.Pin(Path.Value, 7, ObjectKind.Program, 5);
        _scene.Pin("/sys/fs/bpf/other", 8, ObjectKind.Program, 6);
        _auditor.Answered(asked, new OperationSucceeded(asked.Id, new() { Program = A.Key(5), Pin = Path }));

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Ours(asked, new ProgramLoaded(A.Facts(program))),
            _auditor.Found(A.Facts(other)),
            _auditor.Ours(asked, new ProgramPinned(A.Key(5), A.Pin(Path.Value, 7))),
            _auditor.Seen(new ProgramPinned(A.Key(6), A.Pin("/sys/fs/bpf/other", 8))),
            _auditor.Completed());
    }

    // The path was the only mark: whoever pinned there was taken for us.
    [Fact]
    public void A_strangers_program_at_the_path_of_a_load_that_named_another_stays_the_strangers()
    {
        _auditor.Looks(_scene);
        var asked = _auditor.Asked("1", LoadOfP5);
        _auditor.Answered(asked, new OperationIndeterminate(asked.Id, "the executor died"));
        var other = _scene.Program(6);
        _scene.Pin(Path.Value, 7, ObjectKind.Program, 6);

        var events = _auditor.Looks(_scene);

        Events.Are(events, _auditor.Found(A.Facts(other)), _auditor.Seen(new ProgramPinned(A.Key(6), A.Pin(Path.Value, 7))), _auditor.Completed());
    }

    [Fact]
    public void A_refused_load_has_done_nothing()
    {
        _auditor.Looks(_scene);
        var asked = _auditor.Asked("1", LoadOfP5);
        _auditor.Answered(asked, new OperationFailed(asked.Id, new() { Code = ErrorCode.VerifierRejected, Message = "refused" }));
        var program = _scene.Program(5);
        _scene.Pin(Path.Value, 7, ObjectKind.Program, 5);

        var events = _auditor.Looks(_scene);

        Events.Are(events, _auditor.Found(A.Facts(program)), _auditor.Seen(new ProgramPinned(A.Key(5), A.Pin(Path.Value, 7))), _auditor.Completed());
    }

    [Fact]
    public void An_attach_of_ours_creates_the_link_pins_it_and_brings_the_program_into_force()
    {
        _scene.Program(5);
        _auditor.Looks(_scene);
        var asked = _auditor.Asked("1", Attach(5));
        _scene.Link(9, 5);
        _scene.Pin("/sys/fs/bpf/l", 7, ObjectKind.Link, 9);
        _auditor.Answered(asked, new OperationSucceeded(asked.Id, new() { LinkId = new(9), Mode = XdpMode.Native, Pin = new("/sys/fs/bpf/l") }));

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Ours(asked, new LinkCreated(A.LinkFacts(9, 5, A.Place(2), "eth0"))),
            _auditor.Ours(asked, new AttachmentEstablished(A.Place(2), A.Names("eth0"), XdpMode.Native, A.Key(5), "p5", A.Link(9, 5))),
            _auditor.Ours(asked, new LinkPinned(A.Link(9, 5), A.Pin("/sys/fs/bpf/l", 7))),
            _auditor.Completed());
    }

    [Fact]
    public void An_attach_whose_answer_was_lost_is_known_by_its_place_and_program()
    {
        _scene.Program(5);
        _auditor.Looks(_scene);
        var asked = _auditor.Asked("1", Attach(5));
        _scene.Link(9, 5);

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Ours(asked, new LinkCreated(A.LinkFacts(9, 5, A.Place(2), "eth0"))),
            _auditor.Ours(asked, new AttachmentEstablished(A.Place(2), A.Names("eth0"), XdpMode.Native, A.Key(5), "p5", A.Link(9, 5))),
            _auditor.Completed());
    }

    // Whatever came into force on the interface of a pending attach was taken for ours.
    [Fact]
    public void A_strangers_program_on_the_interface_of_a_pending_attach_stays_the_strangers()
    {
        _scene.Program(5);
        _scene.Program(6);
        _auditor.Looks(_scene);
        _auditor.Asked("1", Attach(5));
        _scene.Link(9, 6);

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Seen(new LinkFound(A.LinkFacts(9, 6, A.Place(2), "eth0"))),
            _auditor.Seen(new AttachmentEstablished(A.Place(2), A.Names("eth0"), XdpMode.Native, A.Key(6), "p6", A.Link(9, 6))),
            _auditor.Completed());
    }

    [Fact]
    public void A_netlink_attach_of_ours_in_the_place_of_another_program_answers_for_that_programs_end()
    {
        _scene.Program(5);
        _scene.Program(6);
        _scene.InForce(5);
        _auditor.Looks(_scene);
        var asked = _auditor.Asked("1", Attach(6) with { ByNetlink = true });
        _scene.InForce(6);
        _scene.Programs.Remove(5);
        _auditor.Answered(asked, new OperationSucceeded(asked.Id, new() { Mode = XdpMode.Native }));

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Ours(asked, new AttachmentReplaced(A.Place(2), A.Names("eth0"), XdpMode.Native, A.Key(5), new("p5", A.Program(5).Tag, 0, null), A.Key(6), "p6", null)),
            _auditor.Ours(asked, new ProgramUnloaded(A.Key(5), "p5", EndReason.LastReference, "a netlink attachment on eth0")),
            _auditor.Completed());
    }

    // The program that an update of ours replaced counted as one that vanished.
    [Fact]
    public void An_update_of_ours_answers_for_the_end_of_the_program_it_replaced()
    {
        _scene.Program(5);
        _scene.Program(6);
        _scene.Link(9, 5);
        _auditor.Looks(_scene);
        var asked = _auditor.Asked("1", new() { Kind = OperationKinds.LinkUpdate, Executor = "", Target = "link 9", Link = A.Link(9, 5), Program = A.Key(6), AttachPoint = A.Place(2) });
        _scene.Link(9, 6);
        _scene.Programs.Remove(5);
        _auditor.Answered(asked, new OperationSucceeded(asked.Id, new() { LinkId = new(9), Mode = XdpMode.Native }));

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Ours(asked, new LinkProgramReplaced(A.Link(9, 5), A.Key(5), A.Key(6), "p6")),
            _auditor.Ours(asked, new AttachmentReplaced(
                A.Place(2), A.Names("eth0"), XdpMode.Native, A.Key(5), new("p5", A.Program(5).Tag, 0, null), A.Key(6), "p6", A.Link(9, 5))),
            _auditor.Ours(asked, new ProgramUnloaded(A.Key(5), "p5", EndReason.LastReference, "link 9 on eth0")),
            _auditor.Completed());
    }

    // Any change of the link was taken for the one that was asked for.
    [Fact]
    public void A_strangers_update_of_the_link_to_a_third_program_stays_the_strangers()
    {
        _scene.Program(5);
        _scene.Program(6);
        _scene.Program(7);
        _scene.Link(9, 5);
        _auditor.Looks(_scene);
        _auditor.Asked("1", new() { Kind = OperationKinds.LinkUpdate, Executor = "", Target = "link 9", Link = A.Link(9, 5), Program = A.Key(6) });
        _scene.Link(9, 7);

        var events = _auditor.Looks(_scene);

        Assert.Equal(["link_program_replaced", "attachment_replaced"], events.Select(EventNames.Of));
        Assert.All(events, e => Assert.Null(e.Operation));
    }

    [Fact]
    public void A_detach_of_ours_leaves_a_defunct_link()
    {
        _scene.Program(5);
        _scene.Link(9, 5);
        _auditor.Looks(_scene);
        var asked = _auditor.Asked("1", new() { Kind = OperationKinds.LinkDetach, Executor = "", Target = "link 9", Link = A.Link(9, 5), AttachPoint = A.Place(2), Program = A.Key(5) });
        _scene.Defunct(9);
        _auditor.Answered(asked, new OperationSucceeded(asked.Id, new()));

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Ours(asked, new AttachmentRemoved(A.Place(2), "eth0", XdpMode.Native, A.Key(5), A.Link(9, 5), EndReason.Asked)),
            _auditor.Ours(asked, new LinkDetached(A.Link(9, 5), A.Key(5), A.Place(2), "eth0", EndReason.Asked)),
            _auditor.Completed());
    }

    [Fact]
    public void A_netlink_detach_of_ours_answers_for_the_end_of_the_program()
    {
        _scene.Program(5);
        _scene.InForce(5);
        _auditor.Looks(_scene);
        var asked = _auditor.Asked("1", new() { Kind = OperationKinds.LinkDetach, Executor = "", Target = "eth0", AttachPoint = A.Place(2), Program = A.Key(5), ByNetlink = true });
        _scene.Free();
        _scene.Programs.Clear();
        _auditor.Answered(asked, new OperationSucceeded(asked.Id, new()));

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Ours(asked, new AttachmentRemoved(A.Place(2), "eth0", XdpMode.Native, A.Key(5), null, EndReason.Asked)),
            _auditor.Ours(asked, new ProgramUnloaded(A.Key(5), "p5", EndReason.LastReference, "a netlink attachment on eth0")),
            _auditor.Completed());
    }

    [Fact]
    public void Removing_the_pin_of_a_link_answers_for_the_link_the_attachment_and_the_program()
    {
        _scene.Program(5);
        _scene.Link(9, 5);
        _scene.Pin("/sys/fs/bpf/l", 7, ObjectKind.Link, 9);
        _auditor.Looks(_scene);
        var asked = _auditor.Asked("1", new() { Kind = OperationKinds.LinkUnpin, Executor = "", Target = "link 9", Link = A.Link(9, 5), Pin = new("/sys/fs/bpf/l") });
        _scene.Pins.Clear();
        _scene.Links.Clear();
        _scene.Programs.Clear();
        _scene.Free();
        _auditor.Answered(asked, new OperationSucceeded(asked.Id, new() { Pin = new("/sys/fs/bpf/l") }));

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Ours(asked, new AttachmentRemoved(A.Place(2), "eth0", XdpMode.Native, A.Key(5), A.Link(9, 5), EndReason.LinkReleased)),
            _auditor.Ours(asked, new LinkUnpinned(A.Link(9, 5), A.Pin("/sys/fs/bpf/l", 7))),
            _auditor.Ours(asked, new LinkReleased(A.Link(9, 5), A.Key(5), EndReason.LastReference, "pin /sys/fs/bpf/l")),
            _auditor.Ours(asked, new ProgramUnloaded(A.Key(5), "p5", EndReason.LastReference, "link 9 on eth0")),
            _auditor.Completed());
    }

    [Fact]
    public void Pins_of_ours_are_told_as_ours_and_those_beside_them_are_not()
    {
        _scene.Program(5);
        _scene.Link(9, 5);
        _auditor.Looks(_scene);
        var program = _auditor.Asked("1", new() { Kind = OperationKinds.ProgramPin, Executor = "", Target = "p5", Program = A.Key(5), Pin = new("/sys/fs/bpf/p") });
        var link = _auditor.Asked("2", new() { Kind = OperationKinds.LinkPin, Executor = "", Target = "link 9", Link = A.Link(9, 5), Pin = new("/sys/fs/bpf/l") });
        _scene.Pin("/sys/fs/bpf/p", 7, ObjectKind.Program, 5);
        _scene.Pin("/sys/fs/bpf/q", 8, ObjectKind.Program, 5);
        _scene.Pin("/sys/fs/bpf/l", 9, ObjectKind.Link, 9);

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Ours(program, new ProgramPinned(A.Key(5), A.Pin("/sys/fs/bpf/p", 7))),
            _auditor.Seen(new ProgramPinned(A.Key(5), A.Pin("/sys/fs/bpf/q", 8))),
            _auditor.Ours(link, new LinkPinned(A.Link(9, 5), A.Pin("/sys/fs/bpf/l", 9))),
            _auditor.Completed());
    }

    [Fact]
    public void An_unload_of_ours_removes_its_pins_and_answers_for_the_end_of_the_program()
    {
        _scene.Program(5);
        _scene.Pin("/sys/fs/bpf/p", 7, ObjectKind.Program, 5);
        _auditor.Looks(_scene);
        var asked = _auditor.Asked("1", new() { Kind = OperationKinds.ProgramUnload, Executor = "", Target = "p5", Program = A.Key(5), Pins = [new("/sys/fs/bpf/p")] });
        _scene.Pins.Clear();
        _scene.Programs.Clear();
        _auditor.Answered(asked, new OperationSucceeded(asked.Id, new() { Program = A.Key(5), Gone = true }));

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Ours(asked, new ProgramUnpinned(A.Key(5), A.Pin("/sys/fs/bpf/p", 7))),
            _auditor.Ours(asked, new ProgramUnloaded(A.Key(5), "p5", EndReason.LastReference, "pin /sys/fs/bpf/p")),
            _auditor.Completed());
    }

    [Fact]
    public void Removing_the_pin_of_a_program_that_is_held_otherwise_ends_the_pin_only()
    {
        _scene.Program(5);
        _scene.Link(9, 5);
        _scene.Pin("/sys/fs/bpf/p", 7, ObjectKind.Program, 5);
        _auditor.Looks(_scene);
        var asked = _auditor.Asked("1", new() { Kind = OperationKinds.ProgramUnpin, Executor = "", Target = "p5", Program = A.Key(5), Pin = new("/sys/fs/bpf/p") });
        _scene.Pins.Clear();
        _auditor.Answered(asked, new OperationSucceeded(asked.Id, new() { Pin = new("/sys/fs/bpf/p") }));

        var events = _auditor.Looks(_scene);

        Events.Are(events, _auditor.Ours(asked, new ProgramUnpinned(A.Key(5), A.Pin("/sys/fs/bpf/p", 7))), _auditor.Completed());
    }

    // Ids and paths of an earlier boot come again: whatever had them now was taken for the doing of what was pending then.
    [Fact]
    public void An_operation_of_an_earlier_boot_has_done_nothing_in_this_one()
    {
        _auditor.Looks(_scene);
        var asked = _auditor.Asked("1", LoadOfP5);
        _auditor.Answered(asked, new OperationIndeterminate(asked.Id, "the host went down"));
        var (later, at) = (new BootId("00000000000000000000000000000002"), A.BootedAt.AddMinutes(30));
        _scene.Reboot(later, at);
        _auditor.Next = at.AddMinutes(5);
        var program = _scene.Program(5);
        _scene.Pin(Path.Value, 7, ObjectKind.Program, 5);

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.WithBoot(new BootEnded(A.Host, A.Boot, "the host runs another boot")),
            _auditor.BootBegan(),
            _auditor.Found(A.Facts(program, later, at)),
            _auditor.Seen(new ProgramPinned(A.Key(program, later), A.Pin(Path.Value, 7))),
            _auditor.Completed());
    }

    [Fact]
    public void What_goes_without_an_operation_after_one_of_ours_made_it_stays_to_be_explained()
    {
        var asked = _auditor.Asked("1", LoadOfP5);
        _scene.Program(5);
        _scene.Pin(Path.Value, 7, ObjectKind.Program, 5);
        _auditor.Looks(_scene);
        _auditor.Answered(asked, new OperationVerified(asked.Id, "look1", "loaded"));
        _scene.Programs.Clear();
        _scene.Pins.Clear();

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Seen(new ProgramUnpinned(A.Key(5), A.Pin(Path.Value, 7))),
            _auditor.Seen(new ProgramUnloaded(A.Key(5), "p5", EndReason.LastReference, $"pin {Path}")),
            _auditor.Completed());
        Assert.True(_auditor.Known.Programs[A.Key(5)].EndedUnasked);
    }

    private static OperationPlan Attach(uint program) => new()
    {
        Kind = OperationKinds.LinkAttach, Executor = "", Target = "eth0", Program = A.Key(program), AttachPoint = A.Place(2), Mode = XdpMode.Unknown,
        Pin = new("/sys/fs/bpf/l"),
    };
}
