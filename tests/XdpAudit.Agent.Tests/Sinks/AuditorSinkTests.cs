using System.Diagnostics;

namespace XdpAudit.Agent.Tests;

/// <summary>An auditor with sinks: they get what it records, and it never waits for them.</summary>
public sealed class AuditorSinkTests(Database database)
{
    [Fact]
    public async Task A_new_sink_gets_all_that_is_recorded_from_the_auditors_start_on()
    {
        await using var rig = await Rig.BuildAsync(database);
        var sink = Add(rig);
        await rig.BeginAsync();
        rig.Kernel.LoadForeign("late", 77);
        await rig.LookAsync();

        var recorded = await rig.JournalAsync();
        await UntilAsync(() => sink.Positions("host").Count() == recorded.Count);

        Assert.Equal(Enumerable.Range(1, recorded.Count).Select(i => (long)i), sink.Positions("host"));
        Assert.Contains(sink.Accepted, e => e.Entry.Event == "agent_started");
        Assert.Contains(sink.Accepted, e => e.Entry.Sentence.Contains("late", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_sink_that_does_not_answer_delays_no_look_and_no_operation_and_loses_nothing()
    {
        await using var rig = await Rig.BuildAsync(database);
        var sink = Add(rig);
        var open = new TaskCompletionSource();
        sink.Answer = async (batch, cancellation) =>
        {
            await open.Task.WaitAsync(cancellation);
            return new() { Accepted = batch.Count };
        };
        await rig.BeginAsync();
        for (var i = 0; i < 50; i++)
        {
            rig.Kernel.LoadForeign($"p{i}", 77);
            await rig.LookAsync();
        }

        await rig.DoAsync(rig.Load());
        var recorded = (await rig.JournalAsync()).Count;

        Assert.InRange(recorded, 51, int.MaxValue);
        Assert.InRange(sink.Calls.Count, 0, 1);
        Assert.Equal(0, sink.AcceptedCount);
        open.SetResult();
        await UntilAsync(() => rig.Auditor.Sinks["scripted"].Journals["host"] is { Behind: 0 } place && place.Position == recorded);
        Assert.Equal(Enumerable.Range(1, recorded).Select(i => (long)i), sink.Positions("host"));
    }

    [Fact]
    public async Task After_a_kill_the_next_auditor_delivers_what_was_not_delivered()
    {
        await using var rig = await Rig.BuildAsync(database);
        rig.Settings = rig.Settings with { StateDirectory = Database.File($"state-{database.Next()}") };
        var sink = Add(rig);
        await rig.BeginAsync();
        await UntilAsync(() => sink.AcceptedCount > 0 && rig.Auditor.Sinks["scripted"].Journals["host"].Behind == 0);
        sink.GoAway();
        rig.Kernel.LoadForeign("while away", 77);
        await rig.LookAsync();
        await rig.KillAsync();

        sink.ComeBack();
        await rig.BeginAsync();
        var recorded = (await rig.JournalAsync()).Count;
        await UntilAsync(() => sink.Positions("host").Distinct().Count() == recorded);

        Assert.Equal(Enumerable.Range(1, recorded).Select(i => (long)i), sink.Positions("host"));
    }

    [Fact]
    public async Task A_sink_that_throws_is_recorded_as_faulted_with_the_next_look_and_only_once()
    {
        await using var rig = await Rig.BuildAsync(database);
        var sink = Add(rig);
        sink.Answer = (_, _) => throw new InvalidDataException("its own mistake");
        await rig.BeginAsync();
        await UntilAsync(() => rig.Auditor.Sinks["scripted"].Faults >= 1);

        await rig.LookAsync();
        for (var i = 0; i < 5; i++)
        {
            await rig.LookAsync(3);
        }

        var fault = Assert.Single((await rig.ServerJournalAsync()).OfType<PluginFaulted>());
        Assert.Equal(("scripted", "InvalidDataException: its own mistake"), (fault.Plugin, fault.Why));
    }

    private static ScriptedSink Add(Rig rig)
    {
        var sink = new ScriptedSink(rig.Time);
        rig.Sinks["scripted"] = sink;
        return sink;
    }

    private static async Task UntilAsync(Func<bool> so)
    {
        for (var began = Stopwatch.GetTimestamp(); !so(); await Task.Delay(2, Rig.Token)) // the delivery works on other threads
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(30), "not so within 30 s");
        }
    }
}
