using Microsoft.Extensions.DependencyInjection;
using XdpAudit.Abstractions;
using XdpAudit.Plugins.Webhook;

[assembly: PluginEntryPoint(typeof(WebhookPlugin))]

namespace XdpAudit.Plugins.Webhook;

/// <summary>Brings one sink, which posts to a URL.</summary>
public sealed class WebhookPlugin : IPluginStartup
{
    /// <inheritdoc/>
    /// <exception cref="FormatException">A setting is missing or wrong; the message names it.</exception>
    public void ConfigureServices(IServiceCollection services, IPluginHost host)
    {
        var options = WebhookOptions.Read(host.Options);
        services.AddSingleton<ISink>(_ => new WebhookSink(options, host.Time));
    }
}
