using Microsoft.Extensions.DependencyInjection;
using XdpAudit.Abstractions;
using XdpAudit.Plugins.JsonLines;

[assembly: PluginEntryPoint(typeof(JsonLinesPlugin))]

namespace XdpAudit.Plugins.JsonLines;

/// <summary>Brings one sink, which writes to a file.</summary>
public sealed class JsonLinesPlugin : IPluginStartup
{
    /// <inheritdoc/>
    /// <exception cref="FormatException">A setting is missing or wrong; the message names it.</exception>
    public void ConfigureServices(IServiceCollection services, IPluginHost host)
    {
        var options = JsonLinesOptions.Read(host.Options);
        services.AddSingleton<ISink>(_ => new JsonLinesSink(options));
    }
}
