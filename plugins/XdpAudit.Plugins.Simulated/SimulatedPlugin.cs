using Microsoft.Extensions.DependencyInjection;
using XdpAudit.Abstractions;
using XdpAudit.Plugins.Simulated;
using XdpAudit.Simulated;

[assembly: PluginEntryPoint(typeof(SimulatedPlugin))]

namespace XdpAudit.Plugins.Simulated;

/// <summary>Brings an executor and an observer on one simulated kernel, and the kernel itself.</summary>
public sealed class SimulatedPlugin : IPluginStartup
{
    /// <inheritdoc/>
    public void ConfigureServices(IServiceCollection services, IPluginHost host)
    {
        services.AddSingleton(_ => new SimulatedKernel(host.Time));
        services.AddSingleton<IExecutor>(p => new SimulatedExecutor(p.GetRequiredService<SimulatedKernel>(), host.PluginId));
        services.AddSingleton<IObserver>(p => new SimulatedObserver(p.GetRequiredService<SimulatedKernel>(), host.Time));
    }
}
