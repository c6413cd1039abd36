using Company.Plugin;
using Microsoft.Extensions.DependencyInjection;
using XdpAudit.Abstractions;

[assembly: PluginEntryPoint(typeof(Startup))]

namespace Company.Plugin;

/// <summary>Registers the executor.</summary>
public sealed class Startup : IPluginStartup
{
    /// <inheritdoc/>
    public void ConfigureServices(IServiceCollection services, IPluginHost host) =>
        services.AddSingleton<IExecutor>(new Executor(host.PluginId, new Kernel()));
}
