namespace XdpAudit.Agent.Tests;

/// <summary>What is done when a receiver is away, refuses, or the plugin itself fails.</summary>
public sealed class DeliveryTroubleTests(Database database)
{
    [Fact]
    public void The_waits_are_a_second_then_two_then_four_and_at_last_a_minute_and_begin_anew_after_a_success()
    {
        var backOff = new BackOff();

        var waits = Enumerable.Range(0, 9).Select(_ => backOff.Next(null).TotalSeconds).ToList();
        backOff.Reset();

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60, 60], waits);
        Assert.Equal(1, backOff.Next(null).TotalSeconds);
    }

    [Fact]
    public async Task A_receiver_that_is_away_is_asked_again_no_sooner_than_after_each_wait()
    {
        await using var rig = await DeliveryRig.OpenAsync(database);
        rig.Sink.GoAway();
        rig.Begin();
        await rig.RecordAsync(3);

        await rig.UntilAsync(() => rig.Sink.Calls.Count == 10, step: 0.25);

        double[] due = [1, 2, 4, 8, 16, 32, 60, 60, 60];
        Assert.All(due.Zip(rig.Sink.Calls, rig.Sink.Calls.Skip(1)), c => Assert.True((c.Third.At - c.Second.At).TotalSeconds >= c.First));
        Assert.Equal(("the receiver is away", 3L), (rig.Status.Trouble, rig.Status.Journals["host"].Behind));
        Assert.Empty(rig.Told);
    }

    [Fact]
    public async Task When_the_receiver_is_back_all_that_waited_goes_out_and_the_trouble_is_over()
    {
        await using var rig = await DeliveryRig.OpenAsync(database);
        rig.Sink.GoAway();
        rig.Begin();
        await rig.RecordAsync(700);
        await rig.UntilAsync(() => rig.Sink.Calls.Count == 3, step: 0.5);
        Assert.NotNull(rig.Status.TroubleSince);

        rig.Sink.ComeBack();

        // The sink has accepted a batch before the delivery has moved on.
        await rig.UntilAsync(() => rig.Status.Journals["host"] is { Position: 700, Behind: 0 }, step: 0.5);

        Assert.Equal(Enumerable.Range(1, 700).Select(i => (long)i), rig.Sink.Positions("host"));
        Assert.Equal((null, null, null), (rig.Status.Trouble, rig.Status.TroubleSince, rig.Status.NextTryAt));
    }

    [Fact]
    public async Task A_receiver_that_says_when_to_come_again_is_left_alone_until_then()
    {
        await using var rig = await DeliveryRig.OpenAsync(database);
        rig.Sink.GoAway(retryAfter: TimeSpan.FromSeconds(500));
        rig.Begin();
        await rig.RecordAsync(1);

        await rig.UntilAsync(() => rig.Status.NextTryAt is not null);

        Assert.Equal(rig.Sink.Calls[0].At.AddSeconds(500), rig.Status.NextTryAt);
        rig.Sink.ComeBack();
        await rig.UntilAsync(() => rig.Sink.AcceptedCount == 1, step: 1);
        Assert.True((rig.Sink.Calls[1].At - rig.Sink.Calls[0].At).TotalSeconds >= 500);
    }

    [Fact]
    public async Task A_receiver_cannot_silence_us_for_longer_than_an_hour()
    {
        await using var rig = await DeliveryRig.OpenAsync(database);
        rig.Sink.GoAway(retryAfter: TimeSpan.FromDays(365));
        rig.Begin();
        await rig.RecordAsync(1);

        await rig.UntilAsync(() => rig.Status.NextTryAt is not null);

        Assert.Equal(rig.Sink.Calls[0].At.AddHours(1), rig.Status.NextTryAt);
    }

    [Fact]
    public async Task Of_a_batch_that_was_accepted_in_part_only_the_rest_comes_again()
    {
        await using var rig = await DeliveryRig.OpenAsync(database);
        rig.Sink.Answer = (batch, _) => Task.FromResult(new SinkOutcome { Accepted = Math.Min(2, batch.Count), Trouble = batch.Count > 2 ? "the receiver took two" : null });
        rig.Begin();
        await rig.RecordAsync(5);

        await rig.UntilAsync(() => rig.Sink.AcceptedCount == 5, step: 0.5);

        Assert.Equal([1L, 2L, 3L, 4L, 5L], rig.Sink.Positions("host"));
    }

    [Fact]
    public async Task A_plugin_that_throws_is_told_once_and_tried_again()
    {
        await using var rig = await DeliveryRig.OpenAsync(database);
        rig.Sink.Answer = (_, _) => throw new InvalidDataException("its own \u001b[2J mistake");
        rig.Begin();
        await rig.RecordAsync(4);
        await rig.UntilAsync(() => rig.Sink.Calls.Count == 5, step: 0.5);

        rig.Sink.ComeBack();
        await rig.UntilAsync(() => rig.Sink.AcceptedCount == 4 && rig.Status.Trouble is null, step: 0.5);

        var told = Assert.Single(rig.Told);
        Assert.Equal(("sink", "delivering; it is tried again", "InvalidDataException: its own ?[2J mistake"), (told.Plugin, told.During, told.Why));
        Assert.InRange(rig.Status.Faults, 5, 6);
        Assert.Equal([1L, 2L, 3L, 4L], rig.Sink.Positions("host"));
    }

    [Fact]
    public async Task What_is_too_much_for_its_time_is_tried_in_halves()
    {
        await using var rig = await DeliveryRig.OpenAsync(database);
        rig.Sink.Answer = async (batch, cancellation) =>
        {
            if (batch.Count > 3)
            {
                await Task.Delay(Timeout.Infinite, cancellation);
            }

            return new() { Accepted = batch.Count };
        };
        await rig.RecordAsync(20);
        rig.Begin(fromBeginning: true);

        await rig.UntilAsync(() => rig.Sink.AcceptedCount == 20, step: 5);

        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), rig.Sink.Positions("host"));
        Assert.Equal("it was not done within 60 s", rig.Told[0].Why);
    }

    [Fact]
    public async Task A_call_that_never_comes_back_is_no_reason_to_make_another()
    {
        await using var rig = await DeliveryRig.OpenAsync(database);
        var forever = new TaskCompletionSource<SinkOutcome>();
        rig.Sink.Answer = (_, _) => forever.Task;
        rig.Begin();
        await rig.RecordAsync(1);

        await rig.UntilAsync(() => rig.Status.Trouble?.Contains("an earlier call has not come back", StringComparison.Ordinal) == true, step: 5);
        var calls = rig.Sink.Calls.Count;
        rig.Sink.ComeBack();
        forever.SetResult(new() { Accepted = 0, Trouble = "late" });
        await rig.UntilAsync(() => rig.Sink.AcceptedCount == 1, step: 5);

        Assert.Equal(1, calls);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(99)]
    public async Task An_answer_that_cannot_be_is_a_fault_and_nothing_of_it_is_believed(int accepted)
    {
        await using var rig = await DeliveryRig.OpenAsync(database);
        rig.Sink.Answer = (_, _) => Task.FromResult(new SinkOutcome { Accepted = accepted });
        rig.Begin();
        await rig.RecordAsync(1);

        await rig.UntilAsync(() => rig.Told.Count == 1);

        Assert.Contains($"it dealt with {accepted} events of 1", rig.Told[0].Why, StringComparison.Ordinal);
        Assert.Equal(0, rig.Status.Journals["host"].Position);
    }

    [Fact]
    public async Task A_refusal_of_an_event_that_was_not_in_the_batch_is_a_fault()
    {
        await using var rig = await DeliveryRig.OpenAsync(database);
        rig.Sink.Answer = (batch, _) => Task.FromResult(new SinkOutcome { Accepted = 1, Refused = [new($"{rig.Host}/host/2", "no")] });
        rig.Begin();
        await rig.RecordAsync(1);

        await rig.UntilAsync(() => rig.Told.Count == 1);

        Assert.Contains("which is not among those it dealt with", rig.Told[0].Why, StringComparison.Ordinal);
        Assert.False(File.Exists(rig.File("dead-letters.jsonl")));
    }
}
