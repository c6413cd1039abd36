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

    [Fact]
    public void Many_holders_are_kept_in_the_order_in_which_they_came()
    {
        List<uint> expected = [];
        foreach (var look in new[] { Range(0, 20), [.. Range(20, 30), .. Range(0, 5)], [.. Range(3, 30), 0u] })
        {
            _scene.Elements.Clear();
            _scene.Elements.AddRange(look.Select(i => new ObservedMapElement(new(3), i, new(5))));
            expected = [.. expected.Where(look.Contains), .. look.Except(expected).Order()];
            _auditor.Looks(_scene);

            var holders = _auditor.Known.Programs[A.Key(5)].Holders;
            Assert.Equal(expected, holders.Select(h => ((HolderFacts.ByMapElement)h.Holder).Index));
            Assert.Equal(expected.Count, holders.Count);
            Assert.Equal(expected[0], ((HolderFacts.ByMapElement)holders[0].Holder).Index);
        }
    }

    [Fact]
    public void What_a_holder_costs_does_not_grow_with_how_many_there_are()
    {
        var (some, twice) = (Allocated(4_000), Allocated(8_000));

        Assert.True(twice < 3 * some, $"{some} bytes for 4,000 holders of one program, {twice} for 8,000");
    }

    [Fact]
    public void Of_many_holders_the_first_are_named_and_the_rest_is_counted()
    {
        _scene.Elements.AddRange(Range(0, 100).Select(i => new ObservedMapElement(new(3), i, new(5))));
        _auditor.Looks(_scene);
        _scene.Elements.Clear();
        _scene.Programs.Clear();

        var end = Assert.Single(_auditor.Looks(_scene).OfType<ProgramUnloaded>());

        Assert.StartsWith("element 0 of prog_array map 3, element 1 of ", end.LastHeldBy, StringComparison.Ordinal);
        Assert.EndsWith(", element 11 of prog_array map 3 and 88 more", end.LastHeldBy, StringComparison.Ordinal);
    }

    private static uint[] Range(uint from, uint to) => [.. Enumerable.Range((int)from, (int)(to - from)).Select(i => (uint)i)];

    private static long Allocated(uint holders)
    {
        var (scene, auditor) = (new Scene(), new Watcher());
        scene.Map(3);
        scene.Program(5);
        scene.Elements.AddRange(Range(0, holders).Select(i => new ObservedMapElement(new(3), i, new(5))));
        var before = GC.GetAllocatedBytesForCurrentThread();
        auditor.Looks(scene);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
