using Microsoft.Extensions.DependencyInjection;
using XdpAudit.Abstractions;
using XdpAudit.Plugins.Unruly;

[assembly: PluginEntryPoint(typeof(UnrulyPlugin))]

namespace XdpAudit.Plugins.Unruly;

/// <summary>A plugin that misbehaves as its settings and its calls say.</summary>
public sealed class UnrulyPlugin : IPluginStartup
{
    /// <inheritdoc/>
    public void ConfigureServices(IServiceCollection services, IPluginHost host)
    {
        switch (host.Options["at_start"])
        {
            case "throw":
                throw new FormatException("the setting 'at_start' is 'throw'");
            case "exit":
                Environment.Exit(3);
                break;
            case "hang":
                Thread.Sleep(Timeout.Infinite);
                break;
        }

        services.AddSingleton<IExecutor, UnrulyExecutor>();
        services.AddSingleton<ILeakDetector>(new UnrulyDetector(host.Options["judges"] ?? ""));
        if (host.Options["twice"] is not null)
        {
            services.AddSingleton<IExecutor, UnrulyExecutor>();
        }
    }
}
