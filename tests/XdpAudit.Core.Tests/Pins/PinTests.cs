namespace XdpAudit.Core.Tests;

public sealed class PinTests
{
    private readonly Scene _scene = new();
    private readonly Watcher _auditor = new();

    public PinTests()
    {
        _scene.Map(3);
        _scene.Program(5, maps: [3]);
        _scene.Link(9, 5);
    }

    [Fact]
    public void Pins_of_programs_links_and_maps_are_told_when_they_come_and_when_they_go()
    {
        _auditor.Looks(_scene);
        _scene.Pin("/sys/fs/bpf/p", 7, ObjectKind.Program, 5);
        _scene.Pin("/sys/fs/bpf/l", 8, ObjectKind.Link, 9);
        _scene.Pin("/sys/fs/bpf/m", 9, ObjectKind.Map, 3);

        var made = _auditor.Looks(_scene);
        Events.Are(
            made,
            _auditor.Seen(new ProgramPinned(A.Key(5), A.Pin("/sys/fs/bpf/p", 7))),
            _auditor.Seen(new LinkPinned(A.Link(9, 5), A.Pin("/sys/fs/bpf/l", 8))),
            _auditor.Seen(new MapPinned(A.Map(3), A.Pin("/sys/fs/bpf/m", 9))),
            _auditor.Completed());
        _scene.Pins.Clear();
        var removed = _auditor.Looks(_scene);

        Events.Are(
            removed,
            _auditor.Seen(new ProgramUnpinned(A.Key(5), A.Pin("/sys/fs/bpf/p", 7))),
            _auditor.Seen(new LinkUnpinned(A.Link(9, 5), A.Pin("/sys/fs/bpf/l", 8))),
            _auditor.Seen(new MapUnpinned(A.Map(3), A.Pin("/sys/fs/bpf/m", 9))),
            _auditor.Completed());
    }

    [Fact]
    public void A_pin_that_another_mount_covers_becomes_hidden_and_stays_one_pin()
    {
        _scene.Pin("/sys/fs/bpf/p", 7, ObjectKind.Program, 5);
        _auditor.Looks(_scene);
        _scene.Pins.Clear();
        _scene.Pin("/sys/fs/bpf/p", 7, ObjectKind.Program, 5, hidden: true);

        var events = _auditor.Looks(_scene);

        Events.Are(events, _auditor.Seen(new ProgramPinned(A.Key(5), A.Pin("/sys/fs/bpf/p", 7, hidden: true))));
        Assert.True(Assert.Single(_auditor.Known.Programs[A.Key(5)].Pins).Pin.Hidden);
    }

    [Fact]
    public void A_pin_made_again_at_its_path_is_another_pin()
    {
        _scene.Pin("/sys/fs/bpf/p", 7, ObjectKind.Program, 5);
        _auditor.Looks(_scene);
        _scene.Pins.Clear();
        _scene.Pin("/sys/fs/bpf/p", 8, ObjectKind.Program, 5);

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Seen(new ProgramPinned(A.Key(5), A.Pin("/sys/fs/bpf/p", 8))),
            _auditor.Seen(new ProgramUnpinned(A.Key(5), A.Pin("/sys/fs/bpf/p", 7))));
    }

    // The path through a process's root changes with the process that is asked: each look told of a pin that nobody had touched.
    [Fact]
    public void A_pin_seen_through_other_mounts_and_processes_is_still_the_same_pin()
    {
        _scene.Pin("/run/x", 7, ObjectKind.Program, 5, reachedBy: "/proc/200/root/run/x");
        _scene.Pin("/run/x", 7, ObjectKind.Program, 5, reachedBy: "/proc/300/root/run/x");
        _auditor.Looks(_scene);
        _scene.Pins.Reverse();
        Events.Are(_auditor.Looks(_scene));
        _scene.Pin("/run/x", 7, ObjectKind.Program, 5, reachedBy: "/proc/100/root/run/x");

        var events = _auditor.Looks(_scene);

        Events.Are(events, _auditor.Completed());
        Assert.Equal("/proc/200/root/run/x", Assert.Single(_auditor.Known.Programs[A.Key(5)].Pins).Pin.ReachedBy);
    }

    [Fact]
    public void A_pin_that_cannot_be_opened_is_nobodys_pin()
    {
        _scene.Pins.Add(new() { Path = new("/sys/fs/bpf/p"), Device = 40, Inode = 7, Kind = ObjectKind.Unknown, ObjectId = null, ReachedBy = "/sys/fs/bpf/p" });

        _auditor.Looks(_scene);

        Assert.Empty(_auditor.Known.Programs[A.Key(5)].Pins);
    }
}
