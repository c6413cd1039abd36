namespace XdpAudit.FlightRecorder.Tests;

public sealed class ProgramIdsTests
{
    private const ulong Late = 100 * BootClock.Second;
    private readonly ProgramIds _ids = new();

    public ProgramIdsTests() => _ids.Start(10, 0);

    [Fact]
    public void Ids_that_come_in_order_leave_nothing_to_wait_for()
    {
        for (var id = 11u; id < 1000; id++)
        {
            _ids.Saw(id, id);
        }

        Assert.Equal((0, false), (_ids.Ranges, _ids.TryTakeMissing(Late, out _, out _)));
    }

    [Fact]
    public void An_id_that_comes_late_but_in_time_is_not_missing()
    {
        _ids.Saw(12, 5);
        _ids.Saw(13, 6);
        _ids.Saw(11, 7);

        Assert.False(_ids.TryTakeMissing(Late, out _, out _));
    }

    [Fact]
    public void An_id_that_stays_away_is_missing_one_second_after_a_higher_one_and_told_once()
    {
        _ids.Saw(11, 3 * BootClock.Second);
        _ids.Saw(15, 4 * BootClock.Second);

        Assert.False(_ids.TryTakeMissing((5 * BootClock.Second) - 1, out _, out _));
        Assert.True(_ids.TryTakeMissing(5 * BootClock.Second, out var count, out var since));
        Assert.Equal((3u, 2 * BootClock.Second), (count, since));
        Assert.False(_ids.TryTakeMissing(Late, out _, out _));
    }

    [Fact]
    public void One_missing_id_in_a_storm_costs_one_range()
    {
        for (var id = 12u; id < 30_000; id++)
        {
            _ids.Saw(id, 1);
        }

        Assert.Equal(1, _ids.Ranges);
        Assert.True(_ids.TryTakeMissing(Late, out var count, out _));
        Assert.Equal(1u, count);
    }

    [Fact]
    public void Any_order_of_the_same_ids_leaves_the_same_missing()
    {
        const int seed = 4711;
        var random = new Random(seed);
        for (var round = 0; round < 500; round++)
        {
            var ids = Enumerable.Range(11, 60).Where(_ => random.Next(4) != 0).Select(i => (uint)i).ToArray();
            var order = ids.ToArray();
            random.Shuffle(order);
            var tried = new ProgramIds();
            tried.Start(10, 0);

            Array.ForEach(order, id => tried.Saw(id, 1));
            tried.TryTakeMissing(Late, out var count, out _);

            Assert.True(ids.Max() - 10 - ids.Length == count, $"seed {seed}, round {round}: {string.Join(' ', order)}");
        }
    }

    [Fact]
    public void Ids_begin_again_after_the_highest()
    {
        _ids.Start(int.MaxValue, 0);

        _ids.Saw(5, 1);
        _ids.Saw(6, 2);

        Assert.False(_ids.TryTakeMissing(Late, out _, out _));
    }
}
