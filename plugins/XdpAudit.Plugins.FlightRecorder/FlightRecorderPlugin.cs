using Microsoft.Extensions.DependencyInjection;
using XdpAudit.Abstractions;
using XdpAudit.Plugins.FlightRecorder;

[assembly: PluginEntryPoint(typeof(FlightRecorderPlugin))]

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>Brings one sensor, which hears of programs, links and pins from the kernel it runs on.</summary>
public sealed class FlightRecorderPlugin : IPluginStartup
{
    /// <inheritdoc/>
    public void ConfigureServices(IServiceCollection services, IPluginHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var options = FlightRecorderOptions.From(host.Options) with { AuditorPid = host.AuditorPid };
        services.AddSingleton<ISensor>(_ => new FlightRecorderSensor(options));
    }
}
