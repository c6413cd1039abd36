using System.Diagnostics;

namespace XdpAudit.Sinks.Tests;

/// <summary>What every sink must do, whatever it delivers to. A sink of somebody else's passes it too.</summary>
public abstract class SinkContract : IAsyncLifetime
{
    private IReceiver _receiver = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ISink Sink => _receiver.Sink;

    public async ValueTask InitializeAsync()
    {
        _receiver = Make();
        await _receiver.ComeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _receiver.Sink.DisposeAsync();
        await _receiver.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task It_says_where_it_delivers_and_how_much_at_once_while_the_receiver_is_away()
    {
        await _receiver.GoAsync();

        var described = await Sink.DescribeAsync(Token);

        Assert.NotEmpty(described.Target);
        Assert.InRange(described.MaxBatch, 1, 100_000);
    }

    [Fact]
    public async Task What_it_accepts_is_at_the_receiver_in_the_order_of_the_journal()
    {
        var batch = A.Batch(1, 5);

        var outcome = await Sink.DeliverAsync(batch, Token);

        Assert.Equal((5, null), (outcome.Accepted, outcome.Trouble));
        Assert.Empty(outcome.Refused);
        Assert.Equal(batch.Select(e => e.Id), await _receiver.IdsAsync(5));
    }

    [Fact]
    public async Task Batches_arrive_one_after_another()
    {
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(3, (await Sink.DeliverAsync(A.Batch(1 + (i * 3), 3), Token)).Accepted);
        }

        Assert.Equal(A.Batch(1, 60).Select(e => e.Id), await _receiver.IdsAsync(60));
    }

    [Fact]
    public async Task The_same_event_again_arrives_again_under_the_same_id()
    {
        await Sink.DeliverAsync(A.Batch(7, 1), Token);
        await Sink.DeliverAsync(A.Batch(7, 1), Token);

        Assert.Equal([A.Envelope(7).Id, A.Envelope(7).Id], await _receiver.IdsAsync(2));
    }

    [Fact]
    public async Task A_receiver_that_is_away_is_trouble_and_no_exception_and_nothing_is_accepted()
    {
        await _receiver.GoAsync();

        var outcome = await Sink.DeliverAsync(A.Batch(1, 3), Token);

        Assert.Equal(0, outcome.Accepted);
        Assert.Empty(outcome.Refused);
        Assert.False(string.IsNullOrWhiteSpace(outcome.Trouble));
        Assert.DoesNotContain(outcome.Trouble, char.IsControl);
    }

    [Fact]
    public async Task When_the_receiver_is_back_the_same_batch_is_accepted()
    {
        await Sink.DeliverAsync(A.Batch(1, 2), Token);
        await _receiver.IdsAsync(2);
        await _receiver.GoAsync();
        Assert.Equal(0, (await Sink.DeliverAsync(A.Batch(3, 2), Token)).Accepted);
        await _receiver.ComeAsync();

        var outcome = await Sink.DeliverAsync(A.Batch(3, 2), Token);

        Assert.Equal((2, null), (outcome.Accepted, outcome.Trouble));
        await LastAreAsync(A.Batch(3, 2));
    }

    [Fact]
    public async Task A_cancelled_call_throws_and_the_batch_may_come_again()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Sink.DeliverAsync(A.Batch(1, 3), new CancellationToken(canceled: true)));

        var outcome = await Sink.DeliverAsync(A.Batch(1, 3), Token);

        Assert.Equal(3, outcome.Accepted);
        await LastAreAsync(A.Batch(1, 3));
    }

    [Fact]
    public async Task A_name_that_an_attacker_chose_breaks_nothing_before_or_behind_it()
    {
        IReadOnlyList<AuditEnvelope> batch = [A.Envelope(1), A.Hostile(2), A.Envelope(3)];

        var outcome = await Sink.DeliverAsync(batch, Token);

        Assert.Equal((3, null), (outcome.Accepted, outcome.Trouble));
        Assert.Equal(batch.Select(e => e.Id), await _receiver.IdsAsync(3));
    }

    [Fact]
    public async Task Of_more_than_it_takes_at_once_it_says_how_many_it_dealt_with_and_loses_none()
    {
        var most = (await Sink.DescribeAsync(Token)).MaxBatch;
        var rest = A.Batch(1, most + 3);

        while (rest.Count > 0)
        {
            var outcome = await Sink.DeliverAsync(rest, Token);
            Assert.InRange(outcome.Accepted, 1, rest.Count);
            rest = [.. rest.Skip(outcome.Accepted)];
        }

        Assert.Equal(A.Batch(1, most + 3).Select(e => e.Id), await _receiver.IdsAsync(most + 3));
    }

    [Fact]
    public async Task It_may_be_disposed_twice_and_unused()
    {
        await Sink.DisposeAsync();
        await Sink.DisposeAsync();
    }

    private protected abstract IReceiver Make();

    // Whether a receiver still has what came before it was away is its own affair.
    private async Task LastAreAsync(IReadOnlyList<AuditEnvelope> batch)
    {
        IReadOnlyList<string> last = [];
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(20) && !last.SequenceEqual(batch.Select(e => e.Id)); await Task.Delay(2, Token))
        {
            last = [.. (await _receiver.IdsAsync(batch.Count)).TakeLast(batch.Count)];
        }

        Assert.Equal(batch.Select(e => e.Id), last);
    }
}
