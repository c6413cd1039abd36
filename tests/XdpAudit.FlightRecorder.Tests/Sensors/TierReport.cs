using System.Text.Json;
using XdpAudit.Plugins.FlightRecorder;

namespace XdpAudit.FlightRecorder.Tests;

/// <summary>What is live on the kernel that it runs on, written for docs/kernels.md. <c>./test --kernels</c> asks for it.</summary>
public sealed class TierReport
{
    [Fact(Explicit = true)]
    public async Task The_recorder_tells_its_tiers_and_hooks()
    {
        var file = Environment.GetEnvironmentVariable("XDPAUDIT_TIERS") ?? throw new InvalidOperationException("XDPAUDIT_TIERS names no file to write to");
        await using var sensor = new FlightRecorderSensor(new());

        var status = await sensor.StartAsync(TestContext.Current.CancellationToken);

        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(status, NoticeJson.Default.SensorStatus), TestContext.Current.CancellationToken);
        Assert.Contains(status.Tiers, t => t is { Name: SensorTiers.Perf, State: SensorStates.Live });
    }
}
