using XdpAudit.Plugins.FlightRecorder;

namespace XdpAudit.FlightRecorder.Tests;

public sealed class FunctionTierTests
{
    [Fact]
    public void A_kernel_that_refuses_trampolines_is_told_hook_by_hook_and_nothing_throws()
    {
        Requires.RootAndBpf();
        using var tier = new FunctionTier(1 << 20);
        var status = tier.Open();
        var notices = new List<KernelNotice>();

        tier.Drain(notices);

        Assert.Equal(SensorTiers.Function, status.Name);
        if (status.State == SensorStates.Live)
        {
            Assert.NotEmpty(tier.Descriptors);
            Assert.All(status.Hooks, h => Assert.True(h.State is SensorStates.Live or SensorStates.Absent, $"{h.Name}: {h.State}, {h.Why}"));
            return;
        }

        Assert.Equal(SensorStates.Refused, status.State);
        Assert.All(status.Hooks, h => Assert.Contains(h.State, new[] { SensorStates.Refused, SensorStates.Absent }));
        Assert.All(status.Hooks.Where(h => h.State == SensorStates.Refused), h => Assert.Contains("EPERM", h.Why, StringComparison.Ordinal));
        Assert.Contains(status.Hooks, h => h is { Name: "bpf_link_settle", State: SensorStates.Refused });
        Assert.Contains("EPERM", status.Why, StringComparison.Ordinal);
        Assert.Empty(notices);
        Assert.Empty(tier.Descriptors);
        Assert.All(tier.Fired().Values, n => Assert.Equal(0, n));
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
