using System.Collections.Concurrent;

namespace XdpAudit.Agent.Tests;

/// <summary>A sink that does what the test says, and remembers what it was given and when.</summary>
internal sealed class ScriptedSink(TimeProvider time) : ISink
{
    private readonly ConcurrentQueue<AuditEnvelope> _accepted = new();
    private readonly ConcurrentQueue<(DateTimeOffset At, IReadOnlyList<AuditEnvelope> Batch)> _calls = new();
    private int _running;

    internal int MaxBatch { get; init; } = 256;

    /// <summary>What it answers; all is accepted unless set.</summary>
    internal Func<IReadOnlyList<AuditEnvelope>, CancellationToken, Task<SinkOutcome>> Answer { get; set; } = (batch, _) => Task.FromResult(new SinkOutcome { Accepted = batch.Count });

    internal IReadOnlyList<AuditEnvelope> Accepted => [.. _accepted];

    internal int AcceptedCount => _accepted.Count;

    internal IReadOnlyList<(DateTimeOffset At, IReadOnlyList<AuditEnvelope> Batch)> Calls => [.. _calls];

    /// <summary>The positions of a journal that it accepted, in its order.</summary>
    internal IEnumerable<long> Positions(string journal) => _accepted.Where(e => e.Entry.Journal == journal).Select(e => e.Entry.Position);

    /// <summary>Its receiver is away.</summary>
    internal void GoAway(TimeSpan? retryAfter = null) => Answer = (_, _) => Task.FromResult(new SinkOutcome { Accepted = 0, Trouble = "the receiver is away", RetryAfter = retryAfter });

    internal void ComeBack() => Answer = (batch, _) => Task.FromResult(new SinkOutcome { Accepted = batch.Count });

    public ValueTask<SinkDescriptor> DescribeAsync(CancellationToken cancellation) => new(new SinkDescriptor { Target = "the test", MaxBatch = MaxBatch });

    public async ValueTask<SinkOutcome> DeliverAsync(IReadOnlyList<AuditEnvelope> batch, CancellationToken cancellation)
    {
        Assert.Equal(1, Interlocked.Increment(ref _running));
        try
        {
            Assert.InRange(batch.Count, 1, MaxBatch);
            Assert.Single(batch.Select(e => e.Entry.Journal).Distinct());
            _calls.Enqueue((time.GetUtcNow(), batch));
            var outcome = await Answer(batch, cancellation);
            foreach (var envelope in batch.Take(outcome.Accepted))
            {
                _accepted.Enqueue(envelope);
            }

            return outcome;
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
