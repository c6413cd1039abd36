using System.Diagnostics;
using XdpAudit.Abstractions;

namespace XdpAudit.Conformance;

/// <summary>What every sink promises, whatever it delivers to.</summary>
/// <param name="receiver">A new one for each promise, which is there; the caller disposes its sink and it.</param>
/// <param name="cancellation">Ends the waiting.</param>
/// <param name="patience">How long an accepted event may take to be seen at the receiver; 20 seconds when left out.</param>
public sealed class SinkSuite(ISinkReceiver receiver, CancellationToken cancellation, TimeSpan? patience = null)
{
    private ISink Sink => receiver.Sink;

    [Promise]
    internal async Task It_says_where_it_delivers_and_how_much_at_once_while_the_receiver_is_away()
    {
        await receiver.GoAsync();

        var described = await Sink.DescribeAsync(cancellation);

        Check.NotEmpty(described.Target);
        Check.InRange(described.MaxBatch, 1, 100_000);
    }

    [Promise]
    internal async Task What_it_accepts_is_at_the_receiver_in_the_order_of_the_journal()
    {
        var batch = Envelopes.Batch(1, 5);

        var outcome = await Sink.DeliverAsync(batch, cancellation);

        Check.Equal((5, null), (outcome.Accepted, outcome.Trouble));
        Check.Empty(outcome.Refused);
        Check.Equal(batch.Select(e => e.Id), await receiver.IdsAsync(5));
    }

    [Promise]
    internal async Task Batches_arrive_one_after_another()
    {
        for (var i = 0; i < 20; i++)
        {
            Check.Equal(3, (await Sink.DeliverAsync(Envelopes.Batch(1 + (i * 3), 3), cancellation)).Accepted);
        }

        Check.Equal(Envelopes.Batch(1, 60).Select(e => e.Id), await receiver.IdsAsync(60));
    }

    [Promise]
    internal async Task The_same_event_again_arrives_again_under_the_same_id()
    {
        await Sink.DeliverAsync(Envelopes.Batch(7, 1), cancellation);
        await Sink.DeliverAsync(Envelopes.Batch(7, 1), cancellation);

        Check.Equal([Envelopes.Of(7).Id, Envelopes.Of(7).Id], await receiver.IdsAsync(2));
    }

    [Promise]
    internal async Task A_receiver_that_is_away_is_trouble_and_no_exception_and_nothing_is_accepted()
    {
        await receiver.GoAsync();

        var outcome = await Sink.DeliverAsync(Envelopes.Batch(1, 3), cancellation);

        Check.Equal(0, outcome.Accepted);
        Check.Empty(outcome.Refused);
        Check.False(string.IsNullOrWhiteSpace(outcome.Trouble));
        Check.DoesNotContain(outcome.Trouble!, char.IsControl);
    }

    [Promise]
    internal async Task When_the_receiver_is_back_the_same_batch_is_accepted()
    {
        await Sink.DeliverAsync(Envelopes.Batch(1, 2), cancellation);
        await receiver.IdsAsync(2);
        await receiver.GoAsync();
        Check.Equal(0, (await Sink.DeliverAsync(Envelopes.Batch(3, 2), cancellation)).Accepted);
        await receiver.ComeAsync();

        var outcome = await Sink.DeliverAsync(Envelopes.Batch(3, 2), cancellation);

        Check.Equal((2, null), (outcome.Accepted, outcome.Trouble));
        await LastAreAsync(Envelopes.Batch(3, 2));
    }

    [Promise]
    internal async Task A_cancelled_call_throws_and_the_batch_may_come_again()
    {
        await Check.ThrowsAsync<OperationCanceledException>(async () => await Sink.DeliverAsync(Envelopes.Batch(1, 3), new CancellationToken(canceled: true)));

        var outcome = await Sink.DeliverAsync(Envelopes.Batch(1, 3), cancellation);

        Check.Equal(3, outcome.Accepted);
        await LastAreAsync(Envelopes.Batch(1, 3));
    }

    [Promise]
    internal async Task A_name_that_an_attacker_chose_breaks_nothing_before_or_behind_it()
    {
        IReadOnlyList<AuditEnvelope> batch = [Envelopes.Of(1), Envelopes.Hostile(2), Envelopes.Of(3)];

        var outcome = await Sink.DeliverAsync(batch, cancellation);

        Check.Equal((3, null), (outcome.Accepted, outcome.Trouble));
        Check.Equal(batch.Select(e => e.Id), await receiver.IdsAsync(3));
    }

    [Promise]
    internal async Task Of_more_than_it_takes_at_once_it_says_how_many_it_dealt_with_and_loses_none()
    {
        var most = (await Sink.DescribeAsync(cancellation)).MaxBatch;
        var rest = Envelopes.Batch(1, most + 3);

        while (rest.Count > 0)
        {
            var outcome = await Sink.DeliverAsync(rest, cancellation);
            Check.InRange(outcome.Accepted, 1, rest.Count);
            rest = [.. rest.Skip(outcome.Accepted)];
        }

        Check.Equal(Envelopes.Batch(1, most + 3).Select(e => e.Id), await receiver.IdsAsync(most + 3));
    }

    [Promise]
    internal async Task It_may_be_disposed_twice_and_unused()
    {
        await Sink.DisposeAsync();
        await Sink.DisposeAsync();
    }

    // Whether a receiver still has what came before it was away is its own affair.
    private async Task LastAreAsync(IReadOnlyList<AuditEnvelope> batch)
    {
        IReadOnlyList<string> last = [];
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < (patience ?? TimeSpan.FromSeconds(20)) && !last.SequenceEqual(batch.Select(e => e.Id)); await Task.Delay(2, cancellation))
        {
            last = [.. (await receiver.IdsAsync(batch.Count)).TakeLast(batch.Count)];
        }

        Check.Equal(batch.Select(e => e.Id), last);
    }
}
