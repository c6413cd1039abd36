namespace XdpAudit.Agent.Tests;

/// <summary>What goes out, in which order, and from where on.</summary>
public sealed class DeliveryTests(Database database)
{
    [Fact]
    public async Task What_is_recorded_reaches_a_sink_in_the_order_of_each_journal()
    {
        await using var rig = await DeliveryRig.OpenAsync(database);
        rig.Begin();

        await rig.RecordAsync(300);
        await rig.RecordAsync(5, "server");
        await rig.RecordAsync(300);
        await rig.UntilAsync(() => rig.Sink.AcceptedCount == 605);

        Assert.Equal(Numbers(1, 600), rig.Sink.Positions("host"));
        Assert.Equal(Numbers(1, 5), rig.Sink.Positions("server"));
        Assert.All(rig.Sink.Accepted, e => Assert.Equal($"{rig.Host}/{e.Entry.Journal}/{e.Entry.Position}", e.Id));
        Assert.Equal("7", rig.Sink.Accepted.First(e => e.Entry is { Journal: "host", Position: 7 }).Entry.Data.GetProperty("why").GetString());
    }

    [Fact]
    public async Task A_new_sink_begins_at_the_end_of_what_there_is()
    {
        await using var rig = await DeliveryRig.OpenAsync(database);
        await rig.RecordAsync(10);
        await rig.RecordAsync(3, "server");

        rig.Begin();
        await rig.RecordAsync(2);
        await rig.UntilAsync(() => rig.Sink.AcceptedCount == 2);

        Assert.Equal([11L, 12L], rig.Sink.Positions("host"));
        Assert.Empty(rig.Sink.Positions("server"));
    }

    [Fact]
    public async Task A_new_sink_that_is_to_have_the_whole_past_gets_it()
    {
        await using var rig = await DeliveryRig.OpenAsync(database);
        await rig.RecordAsync(10);
        await rig.RecordAsync(3, "server");

        rig.Begin(fromBeginning: true);
        await rig.UntilAsync(() => rig.Sink.AcceptedCount == 13);

        Assert.Equal(Numbers(1, 10), rig.Sink.Positions("host"));
        Assert.Equal(Numbers(1, 3), rig.Sink.Positions("server"));
    }

    [Fact]
    public async Task A_new_sink_that_got_nothing_yet_is_found_where_it_began()
    {
        await using var rig = await DeliveryRig.OpenAsync(database);
        await rig.RecordAsync(10);
        rig.Begin();
        await rig.UntilAsync(() => File.Exists(rig.File("cursor")));
        await rig.EndAsync();

        await rig.RecordAsync(2);
        rig.Begin();
        await rig.UntilAsync(() => rig.Sink.AcceptedCount == 2);

        Assert.Equal([11L, 12L], rig.Sink.Positions("host"));
    }

    [Fact]
    public async Task An_auditor_that_goes_on_delivers_what_was_recorded_meanwhile_and_nothing_that_was_dealt_with()
    {
        await using var rig = await DeliveryRig.OpenAsync(database);
        rig.Begin();
        await rig.RecordAsync(20);
        await rig.RecordAsync(4, "server");
        await rig.UntilAsync(() => rig.Status.Delivered == 24 && rig.Status.Journals["server"].Behind == 0);
        await rig.EndAsync();

        await rig.RecordAsync(5);
        rig.Begin();
        await rig.UntilAsync(() => rig.Sink.AcceptedCount == 29);

        Assert.Equal(Numbers(1, 25), rig.Sink.Positions("host"));
        Assert.Equal(Numbers(1, 4), rig.Sink.Positions("server"));
    }

    [Fact]
    public async Task What_an_auditor_had_handed_over_and_not_written_down_when_it_was_killed_comes_again()
    {
        await using var rig = await DeliveryRig.OpenAsync(database);
        rig.Begin();
        await rig.RecordAsync(20);
        await rig.UntilAsync(() => rig.Status.Delivered == 20);
        List<AuditEnvelope> received = [];
        rig.Sink.Answer = async (batch, cancellation) =>
        {
            received.AddRange(batch);
            await Task.Delay(Timeout.Infinite, cancellation);
            return new() { Accepted = batch.Count };
        };
        await rig.RecordAsync(5);
        await rig.UntilAsync(() => received.Count == 5);
        await rig.EndAsync();

        rig.Sink.ComeBack();
        rig.Begin();
        await rig.UntilAsync(() => rig.Sink.AcceptedCount == 25);

        Assert.Equal(Numbers(21, 5), received.Select(e => e.Entry.Position));
        Assert.Equal(Numbers(1, 25), rig.Sink.Positions("host"));
        Assert.Equal(received.Select(e => e.Id), rig.Sink.Accepted.Skip(20).Select(e => e.Id));
    }

    [Fact]
    public async Task Without_a_directory_it_delivers_all_the_same()
    {
        await using var rig = await DeliveryRig.OpenAsync(database);
        rig.Directory = null;
        rig.Begin();

        await rig.RecordAsync(3);
        await rig.UntilAsync(() => rig.Sink.AcceptedCount == 3);

        Assert.Null(rig.Status.DeadLetterFile);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public async Task A_cursor_of_a_journal_that_was_made_anew_is_reported_and_left(int recordedAnew)
    {
        await using var old = await DeliveryRig.OpenAsync(database);
        old.Begin();
        await old.RecordAsync(3);
        await old.UntilAsync(() => old.Status.Delivered == 3);
        await old.EndAsync();
        await old.DisposeAsync();

        await using var rig = await DeliveryRig.OpenAsync(database);
        rig.Directory = old.Directory;
        rig.Time.Advance(TimeSpan.FromHours(1));
        await rig.RecordAsync(recordedAnew + 1);
        rig.Begin();
        await rig.RecordAsync(2);
        await rig.UntilAsync(() => rig.Sink.AcceptedCount == 2);

        Assert.Equal(Numbers(recordedAnew + 2, 2), rig.Sink.Positions("host"));
        Assert.Contains("the host journal is another than the one it had delivered to position 3 of", rig.Status.Remark, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"journals\":{\"host\":{\"position\":-1}}}")]
    [InlineData("null")]
    public async Task A_cursor_that_cannot_be_read_is_reported_and_the_sink_begins_as_a_new_one(string damaged)
    {
        await using var rig = await DeliveryRig.OpenAsync(database);
        await rig.RecordAsync(3);
        Directory.CreateDirectory($"{rig.Directory}/sink");
        await File.WriteAllTextAsync(rig.File("cursor"), damaged, Rig.Token);

        rig.Begin();
        await rig.RecordAsync(1);
        await rig.UntilAsync(() => rig.Sink.AcceptedCount == 1);

        Assert.Equal([4L], rig.Sink.Positions("host"));
        Assert.StartsWith("its cursor could not be read", rig.Status.Remark, StringComparison.Ordinal);
    }

    private static IEnumerable<long> Numbers(long first, int count) => Enumerable.Range(0, count).Select(i => first + i);
}
