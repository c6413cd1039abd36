namespace XdpAudit.FlightRecorder.Tests;

/// <summary>Names for processes that had ended before anybody could read them.</summary>
public sealed class LateActorsTests
{
    private const ulong Second = 1_000_000_000;
    private static readonly ProcessIdentity Known = new() { Pid = 77, StartTicks = 100, Comm = "loader" };

    [Theory]
    [InlineData(2 * Second, "loader")]
    [InlineData((3 * Second) - 1, "loader")]
    [InlineData((3 * Second) + 1, null)]
    [InlineData(Second - 1, null)]
    public void A_pid_is_named_after_its_process_from_its_start_until_moments_after_it_was_last_heard(ulong at, string? comm)
    {
        List<KernelNotice> heard = [Unload(at, new() { Pid = 77 }), new ProcessExitNotice(0) { BootNs = 2 * Second, Tier = SensorTiers.Tracing, Actor = new Actor.Process(Known) }];

        new LateActors().Name(heard);

        Assert.Equal(comm, Assert.IsType<Actor.Process>(heard[0].Actor).Identity.Comm);
    }

    [Fact]
    public void Another_pid_stays_nameless_and_what_an_earlier_drain_heard_counts()
    {
        var late = new LateActors();
        late.Name([new ProcessExitNotice(0) { BootNs = 2 * Second, Tier = SensorTiers.Tracing, Actor = new Actor.Process(Known) }]);
        List<KernelNotice> heard = [Unload(2 * Second, new() { Pid = 78 }), Unload(2 * Second, new() { Pid = 77 })];

        late.Name(heard);

        Assert.Equal([null, "loader"], heard.Select(n => Assert.IsType<Actor.Process>(n.Actor).Identity.Comm));
    }

    private static ProgramUnloadNotice Unload(ulong at, ProcessIdentity by) => new(new(5), null) { BootNs = at, Tier = SensorTiers.Perf, Actor = new Actor.Process(by) };
}
