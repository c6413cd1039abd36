using Microsoft.Extensions.DependencyInjection;
using XdpAudit.Abstractions;

[assembly: PluginEntryPoint(typeof(XdpAudit.Plugins.LeakRules.LeakRulesStartup))]

namespace XdpAudit.Plugins.LeakRules;

/// <summary>Registers the detector.</summary>
public sealed class LeakRulesStartup : IPluginStartup
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A setting is not what it must be; the message names it.</exception>
    public void ConfigureServices(IServiceCollection services, IPluginHost host)
    {
        var options = LeakRulesOptions.From(host.Options);
        services.AddSingleton<ILeakDetector>(new LeakRulesDetector(options));
    }
}
