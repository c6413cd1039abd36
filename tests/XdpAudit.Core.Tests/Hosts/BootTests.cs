namespace XdpAudit.Core.Tests;

public sealed class BootTests
{
    private static readonly BootId Later = new("00000000000000000000000000000002");
    private static readonly DateTimeOffset LaterAt = A.BootedAt.AddMinutes(30);
    private readonly Scene _scene = new();
    private readonly Watcher _auditor = new();

    [Fact]
    public void Another_boot_ends_everything_of_the_one_before()
    {
        _scene.Map(3);
        _scene.Program(5, maps: [3]);
        _scene.Program(6);
        _scene.Link(9, 5);
        _scene.Pin("/sys/fs/bpf/l", 7, ObjectKind.Link, 9);
        _scene.Interface(4, "eth4");
        _scene.InForce(6, 4);
        _auditor.Looks(_scene);
        _scene.Reboot(Later, LaterAt);
        _auditor.Next = LaterAt.AddMinutes(5);

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.WithBoot(new AttachmentRemoved(A.Place(2), "eth0", XdpMode.Native, A.Key(5), A.Link(9, 5), EndReason.BootEnded)),
            _auditor.WithBoot(new InterfaceRemoved(A.Place(2), "eth0", EndReason.BootEnded)),
            _auditor.WithBoot(new AttachmentRemoved(A.Place(4), "eth4", XdpMode.Native, A.Key(6), null, EndReason.BootEnded)),
            _auditor.WithBoot(new InterfaceRemoved(A.Place(4), "eth4", EndReason.BootEnded)),
            _auditor.WithBoot(new LinkReleased(A.Link(9, 5), A.Key(5), EndReason.BootEnded, "pin /sys/fs/bpf/l")),
            _auditor.WithBoot(new ProgramUnloaded(A.Key(5), "p5", EndReason.BootEnded, "link 9 on eth0")),
            _auditor.WithBoot(new ProgramUnloaded(A.Key(6), "p6", EndReason.BootEnded, "a netlink attachment on eth4")),
            _auditor.WithBoot(new MapGone(A.Map(3), "m3", EndReason.BootEnded)),
            _auditor.WithBoot(new BootEnded(A.Host, A.Boot, "the host runs another boot")),
            _auditor.BootBegan(),
            _auditor.Completed());
        Assert.Equal(Occurrence.Between(A.BootedAt.AddMinutes(10), LaterAt), events[0].Occurred);
    }

    [Fact]
    public void A_program_with_an_id_and_load_time_of_the_boot_before_is_another_program()
    {
        var program = _scene.Program(5);
        _auditor.Looks(_scene);
        _scene.Reboot(Later, LaterAt);
        _scene.Program(5);
        _auditor.Next = LaterAt.AddMinutes(5);

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.WithBoot(new ProgramUnloaded(A.Key(5), "p5", EndReason.BootEnded, "nothing that was seen")),
            _auditor.WithBoot(new BootEnded(A.Host, A.Boot, "the host runs another boot")),
            _auditor.BootBegan(),
            _auditor.Found(A.Facts(program, Later, LaterAt)));
        Assert.Equal([A.Key(program, Later)], _auditor.Known.Programs.Keys);
    }

    [Fact]
    public void What_is_found_in_a_boot_is_not_older_than_it()
    {
        _auditor.Looks(_scene);
        _scene.Reboot(Later, LaterAt);
        _scene.Program(5);
        _scene.InForce(5);
        _auditor.Next = LaterAt.AddMinutes(5);

        var established = _auditor.Looks(_scene).OfType<AttachmentEstablished>().Single();

        Assert.Equal(Occurrence.Between(LaterAt, LaterAt.AddMinutes(5).AddSeconds(1)), established.Occurred);
    }

    [Fact]
    public void What_ended_unasked_in_an_earlier_boot_needs_no_explanation_any_more()
    {
        var asked = _auditor.Asked("1", new() { Kind = OperationKinds.ProgramLoad, Executor = "", Target = "p5", ProgramName = "p5", Pin = new("/sys/fs/bpf/p5") });
        _scene.Program(5);
        _scene.Pin("/sys/fs/bpf/p5", 7, ObjectKind.Program, 5);
        _auditor.Looks(_scene);
        _auditor.Answered(asked, new OperationVerified(asked.Id, "look1", "loaded"));
        _scene.Programs.Clear();
        _scene.Pins.Clear();
        _auditor.Looks(_scene);
        Assert.True(_auditor.Known.Programs[A.Key(5)].EndedUnasked);
        _scene.Reboot(Later, LaterAt);
        _auditor.Next = LaterAt.AddMinutes(5);

        _auditor.Looks(_scene);

        Assert.Empty(_auditor.Known.Programs);
    }
}
