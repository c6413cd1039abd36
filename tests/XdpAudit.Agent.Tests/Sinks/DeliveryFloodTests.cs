namespace XdpAudit.Agent.Tests;

/// <summary>A flood, and a sink that does not keep up with it.</summary>
public sealed class DeliveryFloodTests(Database database)
{
    [Fact]
    public async Task A_hundred_thousand_events_are_recorded_while_a_sink_takes_none_and_then_all_reach_it_once_and_in_order()
    {
        await using var rig = await DeliveryRig.OpenAsync(database);
        var open = new TaskCompletionSource();
        rig.Sink = new(rig.Time) { MaxBatch = 1000 };
        rig.Sink.Answer = async (batch, cancellation) =>
        {
            await open.Task.WaitAsync(cancellation);
            return new() { Accepted = batch.Count };
        };
        rig.Begin();

        for (var i = 0; i < 100; i++)
        {
            await rig.RecordAsync(1000);
        }

        // All is recorded, and the sink is still in its first call: nothing waited for it.
        Assert.Single(rig.Sink.Calls);
        Assert.Equal(0, rig.Sink.AcceptedCount);
        Assert.Equal(100_000, rig.Status.Journals["host"].Behind);
        open.SetResult();
        await rig.UntilAsync(() => rig.Sink.AcceptedCount == 100_000);
        await rig.UntilAsync(() => rig.Status.Journals["host"].Behind == 0);
        Assert.Equal(Enumerable.Range(1, 100_000).Select(i => (long)i), rig.Sink.Positions("host"));
    }

    [Fact]
    public async Task A_sink_that_fails_again_and_again_loses_nothing_of_a_flood()
    {
        await using var rig = await DeliveryRig.OpenAsync(database);
        var calls = 0;
        rig.Sink.Answer = (batch, _) => (++calls % 4) switch
        {
            0 => throw new IOException("broken"),
            1 => Task.FromResult(new SinkOutcome { Accepted = 0, Trouble = "away" }),
            2 => Task.FromResult(new SinkOutcome { Accepted = batch.Count / 2, Trouble = "half" }),
            _ => Task.FromResult(new SinkOutcome { Accepted = batch.Count }),
        };
        rig.Begin();

        for (var i = 0; i < 10; i++)
        {
            await rig.RecordAsync(500);
        }

        await rig.UntilAsync(() => rig.Sink.AcceptedCount == 5000, step: 1);

        Assert.Equal(Enumerable.Range(1, 5000).Select(i => (long)i), rig.Sink.Positions("host"));
    }
}
