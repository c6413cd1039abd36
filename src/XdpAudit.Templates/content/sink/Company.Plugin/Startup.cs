using Company.Plugin;
using Microsoft.Extensions.DependencyInjection;
using XdpAudit.Abstractions;

[assembly: PluginEntryPoint(typeof(Startup))]

namespace Company.Plugin;

/// <summary>Registers the sink.</summary>
public sealed class Startup : IPluginStartup
{
    /// <inheritdoc/>
    /// <exception cref="FormatException">A setting is missing; the message names it.</exception>
    public void ConfigureServices(IServiceCollection services, IPluginHost host) =>
        services.AddSingleton<ISink>(new Sink(host.Options["path"] ?? throw new FormatException("setting 'path' is missing: it must be the whole path of the file to write to")));
}
