using Microsoft.Extensions.Time.Testing;

namespace XdpAudit.Agent.Tests;

/// <summary>A contradiction between two ways of listing is said when it stays, and once.</summary>
public sealed class CrossCheckTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly TwoWays _kernel = new();

    [Fact]
    public async Task A_difference_that_stays_is_said_at_the_second_time_and_not_again()
    {
        var check = new CrossCheck(_kernel, _time);
        _kernel.Differences = [new("programs", [5], [])];

        Assert.Empty(await check.LookAsync());
        Assert.Equal(5u, Assert.Single(Assert.Single(await check.LookAsync()).OnlyByIterator));
        _time.Advance(TimeSpan.FromMinutes(11));
        Assert.Empty(await check.LookAsync());
    }

    [Fact]
    public async Task One_that_was_there_once_is_not_said()
    {
        var check = new CrossCheck(_kernel, _time);
        _kernel.Differences = [new("programs", [5], [])];
        Assert.Empty(await check.LookAsync());

        _kernel.Differences = [new("programs", [6], [])];

        Assert.Empty(await check.LookAsync());
    }

    [Fact]
    public async Task Without_a_suspicion_it_is_compared_every_ten_minutes()
    {
        var check = new CrossCheck(_kernel, _time);
        await check.LookAsync();
        await check.LookAsync();
        _time.Advance(TimeSpan.FromMinutes(11));
        await check.LookAsync();

        Assert.Equal(2, _kernel.Compared);
    }

    private sealed class TwoWays : IObserver, IEnumerationCheck
    {
        internal IReadOnlyList<EnumerationDifference> Differences { get; set; } = [];

        internal int Compared { get; private set; }

        public Observation Observe(CancellationToken cancellation) => throw new NotSupportedException();

        public IReadOnlyList<EnumerationDifference> Compare()
        {
            Compared++;
            return Differences;
        }
    }
}
