using XdpAudit.Plugins.FlightRecorder;

namespace XdpAudit.FlightRecorder.Tests;

public sealed class TracingTierLossTests
{
    [Fact]
    public async Task Ten_thousand_loads_and_closes_are_all_heard_while_the_ring_is_read()
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        var storm = lab.CompileC("storm", Storm.LoadClose);
        using var recording = new Recording(4 << 20);

        var running = Task.Run(() => Child.Run(storm, "10000"), TestContext.Current.CancellationToken);
        while (!running.IsCompleted)
        {
            recording.Tier.Drain(recording.Heard);
            await Task.Yield();
        }

        var child = await running;
        var loads = recording.All<ProgramLoadNotice>(Recording.By(child.Pid));
        Assert.True(loads.Count == 10_000, $"{loads.Count} loads were heard; {string.Join("; ", recording.Heard.OfType<LossNotice>().Select(l => $"{l.Count} lost: {l.Why}"))}");
        Assert.Equal(loads.Select(l => l.Id.Value), recording.All<DescriptorCloseNotice>(Recording.By(child.Pid)).Select(c => c.HeldId));
        Assert.Empty(recording.All<LossNotice>());
        Assert.Single(recording.Await<ProcessExitNotice>(1, Recording.By(child.Pid)));
        Assert.True(recording.Tier.Fired()[TracingTier.ProgLoad] >= 10_000);
        Assert.True(recording.Tier.Fired()[TracingTier.CloseHook] >= 10_000);
    }

    [Fact]
    public void What_does_not_fit_into_the_ring_is_counted_to_the_last()
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        var storm = lab.CompileC("storm", Storm.LoadClose);
        using var recording = new Recording(4096);

        var child = Child.Run(storm, "1000");

        var lost = recording.One<LossNotice>();
        Assert.True(lost.Count > 0);
        var mine = recording.Heard.Where(Recording.By(child.Pid)).ToList();
        Assert.NotEmpty(mine);
        // Others load and close programs on this host too: nothing may have happened between the two readings.
        var happened = recording.Tier.Happened;
        for (recording.All<LossNotice>(); recording.Tier.Happened != happened; recording.All<LossNotice>())
        {
            happened = recording.Tier.Happened;
        }

        Assert.Equal(happened, recording.Heard.Sum(n => n is LossNotice loss ? (long)loss.Count!.Value : 1));
        Assert.True(recording.Tier.Happened >= 2000);
        Assert.True(lost.SinceBootNs < lost.BootNs);
        Assert.All(mine, n => Assert.Equal(storm, Recording.Identity(n)!.Exe));
    }
}
