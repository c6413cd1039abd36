using System.Diagnostics;
using XdpAudit.Plugins.FlightRecorder;

namespace XdpAudit.FlightRecorder.Tests;

public sealed class FunctionTierTests
{
    [Fact]
    public void A_kernel_that_refuses_trampolines_is_told_hook_by_hook_and_nothing_throws()
    {
        Requires.RootAndBpf();
        using var tier = new FunctionTier(1 << 20);
        var clock = Stopwatch.StartNew();
        var status = tier.Open();
        clock.Stop();
        Assert.SkipWhen(status.State == SensorStates.Live, "needs a kernel that refuses fentry and fexit programs");
        var notices = new List<KernelNotice>();

        tier.Drain(notices);

        Assert.Equal((SensorTiers.Function, SensorStates.Refused), (status.Name, status.State));
        Assert.All(status.Hooks, h => Assert.Contains(h.State, new[] { SensorStates.Refused, SensorStates.Absent }));
        Assert.All(status.Hooks.Where(h => h.State == SensorStates.Refused), h => Assert.Contains("EPERM", h.Why, StringComparison.Ordinal));
        Assert.Contains(status.Hooks, h => h is { Name: "bpf_link_settle", State: SensorStates.Refused });
        Assert.Contains("EPERM", status.Why, StringComparison.Ordinal);
        Assert.Empty(notices);
        Assert.Empty(tier.Descriptors);
        Assert.All(tier.Fired().Values, n => Assert.Equal(0, n));
        TestContext.Current.TestOutputHelper?.WriteLine(clock.Elapsed.ToString());
    }

    [Fact]
    public void Both_tiers_stand_beside_each_other()
    {
        Requires.RootAndBpf();
        using var function = new FunctionTier(1 << 20);
        function.Open();
        using var tracing = new Recording();

        Assert.Equal(SensorStates.Live, tracing.Status.State);
        Assert.NotEmpty(tracing.Tier.Descriptors);
    }
}
