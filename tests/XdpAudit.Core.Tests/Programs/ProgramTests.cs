namespace XdpAudit.Core.Tests;

public sealed class ProgramTests
{
    private readonly Scene _scene = new();
    private readonly Watcher _auditor = new();

    [Fact]
    public void The_first_look_finds_the_boot_and_the_programs_that_are_loaded()
    {
        var program = _scene.Program(5);

        var events = _auditor.Looks(_scene);

        Events.Are(events, _auditor.BootBegan(), _auditor.Found(A.Facts(program)), _auditor.Completed());
    }

    [Fact]
    public void A_look_that_sees_nothing_new_tells_nothing()
    {
        _scene.Program(5);
        _scene.Link(9, 5);
        _scene.Pin("/sys/fs/bpf/a", 7, ObjectKind.Link, 9);
        _scene.Holds(100, ObjectKind.Program, 5);
        _auditor.Looks(_scene);

        var events = _auditor.Looks(_scene);

        Events.Are(events);
    }

    [Fact]
    public void A_program_missing_from_a_complete_look_is_unloaded_between_the_two_looks()
    {
        _scene.Program(5);
        _scene.Holds(100, ObjectKind.Program, 5);
        _auditor.Looks(_scene);
        _scene.Programs.Clear();
        _scene.Descriptors.Clear();

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Seen(new HolderGone(A.Key(5).Value, new HolderFacts.ByDescriptor(A.Process(100), 3, null), "closed it or ended")),
            _auditor.Seen(new ProgramUnloaded(A.Key(5), "p5", EndReason.LastReference, "process 100 (loader) by fd")),
            _auditor.Completed());
        Assert.Equal(
            Occurrence.Between(A.BootedAt.AddMinutes(10), A.BootedAt.AddMinutes(11).AddSeconds(1)),
            events.OfType<ProgramUnloaded>().Single().Occurred);
    }

    [Fact]
    public void A_program_with_a_known_id_and_another_load_time_is_another_program()
    {
        _scene.Program(5);
        _auditor.Looks(_scene);
        var other = _scene.Program(5, loadedNs: 620_000_000_000);

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Found(A.Facts(other)),
            _auditor.Seen(new ProgramUnloaded(A.Key(5), "p5", EndReason.LastReference, "nothing that was seen")));
    }

    [Fact]
    public void Another_program_under_its_id_proves_the_end_of_the_first_even_when_the_list_was_cut_short()
    {
        _scene.Program(5);
        _auditor.Looks(_scene);
        var other = _scene.Program(5, loadedNs: 620_000_000_000);

        var events = _auditor.Looks(_scene, Missing.Programs);

        Events.Are(
            events,
            _auditor.Found(A.Facts(other)),
            _auditor.Seen(new ProgramUnloaded(A.Key(5), "p5", EndReason.LastReference, "nothing that was seen")),
            _auditor.Completed());
    }

    [Fact]
    public void Maps_bound_to_a_program_later_are_told_and_their_order_is_not()
    {
        _scene.Map(1);
        _scene.Map(2);
        _scene.Program(5, maps: [2, 1]);
        _auditor.Looks(_scene);
        _scene.Program(5, maps: [1, 2]);
        Events.Are(_auditor.Looks(_scene));
        _scene.Map(3, "hash");
        _scene.Program(5, maps: [3, 1, 2]);

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Seen(new ProgramMapsChanged(A.Key(5), [new(1), new(2), new(3)])),
            _auditor.Seen(new MapFound(A.MapFacts(3, "hash"), [new(5)])),
            _auditor.Completed());
    }

    [Fact]
    public void Programs_of_other_types_are_counted_and_not_recorded_unless_asked_for()
    {
        var tracing = _scene.Program(5, type: "tracing");
        _scene.Holds(100, ObjectKind.Program, 5);

        Events.Are(_auditor.Looks(_scene), _auditor.BootBegan(), _auditor.Completed());
        var events = _auditor.Looks(_scene, allTypes: true);

        Events.Are(
            events,
            _auditor.Found(A.Facts(tracing)),
            _auditor.Seen(new HolderAppeared(A.Key(5).Value, new HolderFacts.ByDescriptor(A.Process(100), 3, null))));
        Assert.Equal(1, ((ObservationCompleted)_auditor.Completed()).Counts.Programs);
    }

    [Fact]
    public void A_list_that_names_a_program_twice_is_no_obstacle()
    {
        var program = _scene.Program(5);
        var twice = _scene.Look("look1", A.BootedAt.AddMinutes(10), Missing.Nothing) with { Programs = [program, program] };

        var events = Decider.Decide(HostState.Empty(A.Host), twice, new());

        Assert.Equal(["boot_began", "program_found", "observation_completed"], events.Select(EventNames.Of));
    }
}
