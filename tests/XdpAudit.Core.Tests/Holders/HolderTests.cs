namespace XdpAudit.Core.Tests;

public sealed class HolderTests
{
    private readonly Scene _scene = new();
    private readonly Watcher _auditor = new();

    public HolderTests()
    {
        _scene.Map(3);
        _scene.Program(5);
    }

    [Fact]
    public void A_process_that_takes_hold_and_one_that_lets_go_are_told()
    {
        _scene.Holds(100, ObjectKind.Program, 5);
        _auditor.Looks(_scene);
        _scene.Descriptors.Clear();
        _scene.Holds(100, ObjectKind.Map, 3);
        _scene.Holds(200, ObjectKind.Program, 5, fd: 8);

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Seen(new HolderAppeared(A.Key(5).Value, new HolderFacts.ByDescriptor(A.Process(200), 8, null))),
            _auditor.Seen(new HolderGone(A.Key(5).Value, new HolderFacts.ByDescriptor(A.Process(100), 3, null), "closed it")),
            _auditor.Seen(new HolderAppeared(A.Map(3).Value, new HolderFacts.ByDescriptor(A.Process(100), 3, null))),
            _auditor.Completed());
    }

    [Fact]
    public void A_pid_with_another_start_time_is_another_holder()
    {
        _scene.Holds(100, ObjectKind.Program, 5);
        _auditor.Looks(_scene);
        var later = A.Process(100) with { StartTicks = 77_000 };
        _scene.Descriptors[0] = _scene.Descriptors[0] with { Process = later };

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Seen(new HolderAppeared(A.Key(5).Value, new HolderFacts.ByDescriptor(later, 3, null))),
            _auditor.Seen(new HolderGone(A.Key(5).Value, new HolderFacts.ByDescriptor(A.Process(100), 3, null), "closed it or ended")));
    }

    [Fact]
    public void A_process_with_several_descriptors_is_one_holder_by_the_lowest()
    {
        _scene.Holds(100, ObjectKind.Program, 5, fd: 9);
        _scene.Holds(100, ObjectKind.Program, 5, fd: 4);
        _auditor.Looks(_scene);
        _scene.Descriptors.RemoveAt(1);

        var events = _auditor.Looks(_scene);

        Events.Are(events, _auditor.Completed());
        Assert.Equal(
            new HolderFacts.ByDescriptor(A.Process(100), 4, null),
            Assert.Single(_auditor.Known.Programs[A.Key(5)].Holders).Holder);
    }

    [Fact]
    public void A_program_in_an_element_of_a_map_is_held_by_it()
    {
        _auditor.Looks(_scene);
        _scene.Elements.Add(new(new(3), 2, new(5)));

        var taken = _auditor.Looks(_scene);
        Events.Are(taken, _auditor.Seen(new HolderAppeared(A.Key(5).Value, new HolderFacts.ByMapElement(new(3), "prog_array", 2))));
        _scene.Elements.Clear();
        var gone = _auditor.Looks(_scene);

        Events.Are(
            gone, _auditor.Seen(new HolderGone(A.Key(5).Value, new HolderFacts.ByMapElement(new(3), "prog_array", 2), "the element was deleted or its map let go")));
    }
}
