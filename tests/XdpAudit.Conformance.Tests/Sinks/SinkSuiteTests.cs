namespace XdpAudit.Conformance.Tests;

public sealed class SinkSuiteTests
{
    [Fact]
    public async Task A_sound_sink_keeps_them_all() => Assert.Empty(await Broken.Of(() => Suite("")));

    [Theory]
    [InlineData("loses", "What it accepts is at the receiver in the order of the journal")]
    [InlineData("turns", "What it accepts is at the receiver in the order of the journal")]
    [InlineData("believes", "A receiver that is away is trouble and no exception and nothing is accepted")]
    [InlineData("deaf", "A cancelled call throws and the batch may come again")]
    [InlineData("once", "The same event again arrives again under the same id")]
    public async Task A_broken_sink_is_told_what_it_breaks(string breakage, string promise) => Assert.Contains(promise, await Broken.Of(() => Suite(breakage)));

    private static SinkSuite Suite(string breakage) => new(new Memory(breakage), CancellationToken.None, patience: TimeSpan.FromMilliseconds(50));

    /// <summary>A sink to a list, which is its receiver too, and is broken in one way.</summary>
    private sealed class Memory(string breakage) : ISinkReceiver, ISink
    {
        private readonly List<string> _ids = [];
        private bool _away;

        public ISink Sink => this;

        public Task ComeAsync()
        {
            _away = false;
            return Task.CompletedTask;
        }

        public Task GoAsync()
        {
            _away = true;
            return Task.CompletedTask;
        }

        public Task<IReadOnlyList<string>> IdsAsync(int count) => Task.FromResult<IReadOnlyList<string>>(_ids);

        public ValueTask<SinkDescriptor> DescribeAsync(CancellationToken cancellation) => new(new SinkDescriptor { Target = "memory", MaxBatch = 10 });

        public ValueTask<SinkOutcome> DeliverAsync(IReadOnlyList<AuditEnvelope> batch, CancellationToken cancellation)
        {
            if (breakage != "deaf")
            {
                cancellation.ThrowIfCancellationRequested();
            }

            if (_away && breakage != "believes")
            {
                return new(new SinkOutcome { Accepted = 0, Trouble = "it is away" });
            }

            var ids = batch.Select(envelope => envelope.Id).Where(id => breakage != "once" || !_ids.Contains(id)).ToList();
            _ids.AddRange(breakage switch { "loses" => ids.SkipLast(1), "turns" => ids.AsEnumerable().Reverse(), _ => ids });
            return new(new SinkOutcome { Accepted = batch.Count });
        }

        public ValueTask DisposeAsync() => default;
    }
}
