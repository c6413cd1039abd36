using Microsoft.Extensions.DependencyInjection;
using XdpAudit.Abstractions;
using XdpAudit.Plugins.Sample;

[assembly: PluginEntryPoint(typeof(Startup))]

namespace XdpAudit.Plugins.Sample;

/// <summary>Registers the executor.</summary>
public sealed class Startup : IPluginStartup
{
    /// <inheritdoc/>
    public void ConfigureServices(IServiceCollection services, IPluginHost host) => services.AddSingleton<IExecutor>(new IpExecutor(host.PluginId));
}
