using Microsoft.Extensions.DependencyInjection;
using XdpAudit.Abstractions;
using XdpAudit.Plugins.Syslog;

[assembly: PluginEntryPoint(typeof(SyslogPlugin))]

namespace XdpAudit.Plugins.Syslog;

/// <summary>Brings one sink, which tells syslog.</summary>
public sealed class SyslogPlugin : IPluginStartup
{
    /// <inheritdoc/>
    /// <exception cref="FormatException">A setting is wrong; the message names it.</exception>
    public void ConfigureServices(IServiceCollection services, IPluginHost host)
    {
        var options = SyslogOptions.Read(host.Options) with { ProcId = host.AuditorPid };
        services.AddSingleton<ISink>(_ => new SyslogSink(options, host.Time));
    }
}
