using Microsoft.Extensions.DependencyInjection;
using XdpAudit.Abstractions;
using XdpAudit.Plugins.Bpftool;

[assembly: PluginEntryPoint(typeof(BpftoolPlugin))]

namespace XdpAudit.Plugins.Bpftool;

/// <summary>Brings one executor, which acts on the kernel through the host's bpftool and ip.</summary>
public sealed class BpftoolPlugin : IPluginStartup
{
    /// <inheritdoc/>
    public void ConfigureServices(IServiceCollection services, IPluginHost host) =>
        services.AddSingleton<IExecutor>(_ => new BpftoolExecutor(host.PluginId, host.Time, BpftoolOptions.Read(host.Options)));
}
