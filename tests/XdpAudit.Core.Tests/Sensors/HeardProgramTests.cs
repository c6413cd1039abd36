using static XdpAudit.Core.Tests.Notices;

namespace XdpAudit.Core.Tests;

/// <summary>Programs that a sensor heard come and go, with and without a look that saw them.</summary>
public sealed class HeardProgramTests
{
    private readonly Scene _scene = new();
    private readonly Watcher _watcher = new();

    public HeardProgramTests() => _watcher.Looks(_scene);

    [Fact]
    public void A_load_that_was_heard_is_one_event_with_its_actor_and_the_look_confirms_it()
    {
        _scene.Program(7);
        var load = Load(_watcher.Ns(-3), 7);
        _watcher.Hears(load);

        Events.Are(Told(), _watcher.Witnessed(load, new ProgramLoaded(A.Facts(A.Program(7))), shown: true));
    }

    [Fact]
    public void Two_tiers_that_heard_the_same_load_are_one_event_that_the_poorer_confirms()
    {
        _scene.Program(7);
        var load = Load(_watcher.Ns(-3), 7);
        _watcher.Hears(Bare(_watcher.Ns(-3) - 4000, 7, pid: 0), load);

        Events.Are(Told(), _watcher.Witnessed(load, new ProgramLoaded(A.Facts(A.Program(7))), true, "sensor:recorder/perf"));
    }

    [Fact]
    public void A_program_that_came_and_went_between_two_looks_is_told_whole()
    {
        var (load, unload) = (Load(_watcher.Ns(-3), 7), Unload(_watcher.Ns(-2), 7));
        _watcher.Hears(load, unload);

        Events.Are(
            Told(),
            _watcher.Witnessed(load, new ProgramLoaded(A.Facts(A.Program(7))), false),
            _watcher.Witnessed(unload, new ProgramUnloaded(A.Key(7), "p7", EndReason.LastReference, "nothing that was seen"), true));
    }

    [Fact]
    public void One_that_only_its_number_was_heard_of_is_told_with_what_is_not_known_left_open()
    {
        _watcher.Hears(Bare(_watcher.Ns(-3), 7), Unload(_watcher.Ns(-2), 7));

        var told = Told();

        var loaded = Assert.IsType<ProgramLoaded>(told[0]);
        Assert.Equal(("unknown", "", 0UL), (loaded.Program.Type, loaded.Program.Name, loaded.Program.Key.LoadedNs));
        Assert.Equal(loaded.Program.Key, Assert.IsType<ProgramUnloaded>(told[1]).Program);
    }

    [Fact]
    public void One_that_only_its_number_was_heard_of_gets_the_rest_from_the_look_that_shows_it()
    {
        _scene.Program(7);
        _watcher.Hears(Bare(_watcher.Ns(-3), 7));

        Assert.Equal(A.Facts(A.Program(7)), Assert.IsType<ProgramLoaded>(Assert.Single(Told())).Program with { MapIds = A.Facts(A.Program(7)).MapIds });
    }

    [Fact]
    public void Heard_while_the_look_was_under_way_it_is_told_by_the_look_and_not_again()
    {
        _scene.Program(7);
        var load = Load(_watcher.Ns(0.5), 7);
        _watcher.Hears(load);

        Events.Are(Told(), _watcher.Witnessed(load, new ProgramLoaded(A.Facts(A.Program(7))), shown: true));
        Assert.Empty(Told());
        Assert.Empty(Told());
        Assert.Empty(_watcher.Waiting);
    }

    [Fact]
    public void Heard_after_the_look_had_passed_it_is_told_with_the_next()
    {
        var load = Load(_watcher.Ns(0.5), 7);
        _watcher.Hears(load);

        Assert.Empty(Told());
        _scene.Program(7);
        Events.Are(Told(), _watcher.Witnessed(load, new ProgramLoaded(A.Facts(A.Program(7))), shown: true));
    }

    [Fact]
    public void A_notice_that_comes_late_adds_who_it_was()
    {
        _scene.Program(7);
        Assert.IsType<ProgramFound>(Assert.Single(Told()));
        var load = Load(_watcher.Ns(-30), 7, pid: 51);
        _watcher.Hears(load);

        Events.Are(Told(), _watcher.Witnessed(load, new ProgramLoaderIdentified(A.Key(7)), false));
        Assert.Equal(By(51), _watcher.Known.Programs[A.Key(7)].LoadedBy);
    }

    [Fact]
    public void What_took_the_last_reference_is_said_with_the_end()
    {
        _watcher.Hears(Load(_watcher.Ns(-3), 7), Close(_watcher.Ns(-2), ObjectKind.Program, 7, pid: 60), Unload(_watcher.Ns(-1.999), 7) with { Actor = new Actor.Kernel("a worker freed it") });

        var unloaded = Assert.IsType<ProgramUnloaded>(Told()[1]);

        Assert.Equal("process 60 (loader) closed its descriptor of program 7", unloaded.Cause);
    }

    [Fact]
    public void The_death_of_its_holder_is_said_with_the_end()
    {
        _scene.Program(7);
        _scene.Holds(60, ObjectKind.Program, 7);
        Told();
        _scene.Programs.Clear();
        _scene.Descriptors.Clear();
        _watcher.Hears(Exit(_watcher.Ns(-2), 60, code: 9), Unload(_watcher.Ns(-1.999), 7, pid: 60));

        var unloaded = Told().OfType<ProgramUnloaded>().Single();

        Assert.Equal("process 60 (loader) was ended by signal 9", unloaded.Cause);
    }

    // Seen on a busy machine: the pins went, a look told so and that the link had gone with its pin, and the program was freed by a worker after that.
    [Fact]
    public void The_pin_that_went_last_is_said_with_an_end_that_came_a_look_later()
    {
        _scene.Program(7);
        _scene.Link(3, 7);
        _scene.Pin("/sys/fs/bpf/p7", 9, ObjectKind.Program, 7);
        _scene.Pin("/sys/fs/bpf/l3", 10, ObjectKind.Link, 3);
        Told();
        _scene.Pins.Clear();
        _scene.Links.Clear();
        _scene.Free();
        _watcher.Hears(Unpin(_watcher.Ns(-0.002), "/sys/fs/bpf/p7"), Unpin(_watcher.Ns(-0.001), "/sys/fs/bpf/l3"));
        var (freed, between) = (_watcher.Ns(0.1), Told());
        _scene.Programs.Clear();
        _watcher.Next = _watcher.Next.AddMinutes(-1).AddSeconds(0.2);
        _watcher.Hears(Unload(freed, 7) with { Actor = new Actor.Kernel("a worker freed it") });

        var unloaded = Assert.IsType<ProgramUnloaded>(Assert.Single(Told()));

        Assert.Equal(["AttachmentRemoved", "LinkReleased", "LinkUnpinned", "ProgramUnpinned"], between.Select(t => t.GetType().Name).Order());
        Assert.Equal(("process 60 (loader) removed the pin /sys/fs/bpf/l3", By(60)), (unloaded.Cause, unloaded.Actor));
    }

    // Seen on a busy machine: the reference of a pin that was removed before went after the link was closed, in whichever process ran then.
    [Theory]
    [InlineData(0.1)]
    [InlineData(4)]
    public void Who_happened_to_run_when_a_removed_pin_was_freed_has_not_ended_the_program(double later)
    {
        _scene.Program(7);
        _scene.Link(3, 7);
        _scene.Holds(60, ObjectKind.Link, 3);
        _scene.Pin("/sys/fs/bpf/p7", 9, ObjectKind.Program, 7);
        Told();
        _scene.Pins.Clear();
        _watcher.Hears(Unpin(_watcher.Ns(-0.01), "/sys/fs/bpf/p7", pid: 70));
        var (closed, freed, between) = (_watcher.Ns(later), _watcher.Ns(later + 0.05), Told());
        _scene.Programs.Clear();
        _scene.Links.Clear();
        _scene.Descriptors.Clear();
        _scene.Free();
        _watcher.Next = _watcher.Next.AddMinutes(-1).AddSeconds(later + 0.1);
        _watcher.Hears(Close(closed, ObjectKind.Link, 3, pid: 60), Unload(freed, 7, pid: 70));

        var unloaded = Told().OfType<ProgramUnloaded>().Single();

        Assert.IsType<ProgramUnpinned>(Assert.Single(between));
        Assert.Equal(("process 60 (loader) closed its descriptor of link 3", By(60)), (unloaded.Cause, unloaded.Actor));
    }

    // Seen on a busy machine: who held the link ended, and the program was freed by a worker.
    [Fact]
    public void A_program_that_a_worker_freed_went_with_the_end_of_who_held_its_link()
    {
        _scene.Program(7);
        _scene.Link(3, 7);
        _scene.Holds(60, ObjectKind.Link, 3);
        Told();
        _scene.Programs.Clear();
        _scene.Links.Clear();
        _scene.Descriptors.Clear();
        _scene.Free();
        _watcher.Hears(Exit(_watcher.Ns(-2), 60), Unload(_watcher.Ns(-1.9), 7) with { Actor = new Actor.Kernel("a worker freed it") });

        var unloaded = Told().OfType<ProgramUnloaded>().Single();

        Assert.Equal(("process 60 (loader) ended", By(60)), (unloaded.Cause, unloaded.Actor));
    }

    [Fact]
    public void The_end_of_a_program_ends_its_link_and_its_attachment_first()
    {
        _scene.Program(7);
        _scene.Link(3, 7);
        Told();
        _scene.Programs.Clear();
        _scene.Links.Clear();
        _scene.Free();
        _watcher.Hears(Close(_watcher.Ns(-2), ObjectKind.Link, 3, pid: 60), Unload(_watcher.Ns(-1.9), 7) with { Actor = new Actor.Kernel("a worker freed it") });

        var told = Told();

        Assert.Equal(["AttachmentRemoved", "LinkReleased", "ProgramUnloaded"], told.Select(t => t.GetType().Name));
        Assert.All(told, t => Assert.Equal((Knowledge.Witnessed, By(60)), (t.KnownBy.How, t.Actor)));
        Assert.Equal("process 60 (loader) closed its descriptor of link 3", ((ProgramUnloaded)told[2]).Cause);
    }

    [Fact]
    public void Types_out_of_scope_are_counted_and_not_told_unless_all_are_wanted()
    {
        _watcher.Hears(Bare(_watcher.Ns(-3.1), 7), Load(_watcher.Ns(-3), 7) with { Type = "kprobe" }, Load(_watcher.Ns(-2.5), 9) with { Type = "tracing" }, Unload(_watcher.Ns(-2), 7));
        var look = Assert.IsType<ObservationCompleted>(Assert.Single(_watcher.Looks(_scene)));
        Assert.Equal([new("kprobe", 1), new("tracing", 1)], look.OtherLoads);
        Assert.EndsWith("; since the last one 1 kprobe, 1 tracing programs were loaded that are out of scope", Story.Tell(look), StringComparison.Ordinal);
        Assert.Empty(_watcher.Looks(_scene));

        _watcher.Hears(Load(_watcher.Ns(-3), 8) with { Type = "kprobe" }, Unload(_watcher.Ns(-2), 8));
        Assert.Equal(2, _watcher.Looks(_scene, allTypes: true).Count(e => e is not ObservationCompleted));
    }

    [Fact]
    public void A_load_that_the_kernel_refused_is_told()
    {
        _watcher.Hears(new ProgramLoadFailedNotice(13, "xdp", "bad") { BootNs = _watcher.Ns(-1), Tier = SensorTiers.Tracing, Actor = By(50) });

        Assert.Equal((13, "bad"), Told().Select(t => Assert.IsType<ProgramLoadFailed>(t)).Select(f => (f.Errno, f.Name)).Single());
    }

    [Fact]
    public void A_loss_opens_a_gap_with_bounds_and_count()
    {
        _watcher.Hears(Lost(_watcher.Ns(-5), _watcher.Ns(-1), 42));

        var gap = Assert.IsType<GapOpened>(Assert.Single(Told()));

        Assert.Equal((42UL, "sensor:recorder/perf"), (gap.Lost!.Value, gap.Sensor));
        Assert.Equal(TimeSpan.FromSeconds(4), gap.Occurred.NotLaterThan - gap.Occurred.After);
        Assert.NotNull(_watcher.Known.Watch!.GapSince);
    }

    private List<JournalEvent> Told() => [.. _watcher.Looks(_scene).Where(e => e is not ObservationCompleted)];
}
