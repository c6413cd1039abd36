using Microsoft.Extensions.DependencyInjection;
using XdpAudit.Abstractions;
using XdpAudit.Plugins.Libxdp;

[assembly: PluginEntryPoint(typeof(LibxdpPlugin))]

namespace XdpAudit.Plugins.Libxdp;

/// <summary>Brings one executor, which has libxdp run programs under its dispatcher.</summary>
public sealed class LibxdpPlugin : IPluginStartup
{
    /// <inheritdoc/>
    public void ConfigureServices(IServiceCollection services, IPluginHost host) =>
        services.AddSingleton<IExecutor>(_ => new LibxdpExecutor(host.PluginId, host.Time, LibxdpOptions.Read(host.Options)));
}
