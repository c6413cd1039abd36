using Microsoft.Extensions.DependencyInjection;
using XdpAudit.Abstractions;

[assembly: PluginEntryPoint(typeof(XdpAudit.Plugins.PolicyRules.PolicyRulesStartup))]

namespace XdpAudit.Plugins.PolicyRules;

/// <summary>Reads the policy and registers the detector.</summary>
public sealed class PolicyRulesStartup : IPluginStartup
{
    /// <inheritdoc/>
    /// <exception cref="PolicyException">There is no policy that can be used; the message says all that is wrong.</exception>
    public void ConfigureServices(IServiceCollection services, IPluginHost host)
    {
        var policy = PolicyRulesOptions.From(host.Options);
        services.AddSingleton<ILeakDetector>(new PolicyRulesDetector(policy));
    }
}
