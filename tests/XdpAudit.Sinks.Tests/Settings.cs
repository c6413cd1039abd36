using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace XdpAudit.Sinks.Tests;

/// <summary>Settings from a dictionary, and the plugin's own way from them to its sink.</summary>
internal sealed class Settings(params (string Key, string Value)[] values) : IConfiguration, IPluginHost
{
    private readonly Dictionary<string, string?> _values = values.ToDictionary(v => v.Key, v => (string?)v.Value);

    public string PluginId => "sink";

    public IConfiguration Options => this;

    public TimeProvider Time => TimeProvider.System;

    public string? this[string key]
    {
        get => _values.GetValueOrDefault(key);
        set => _values[key] = value;
    }

    internal ISink Start<TStartup>()
        where TStartup : IPluginStartup, new()
    {
        var services = new ServiceCollection();
        new TStartup().ConfigureServices(services, this);
        return Assert.Single(services.BuildServiceProvider().GetServices<ISink>());
    }

    public IEnumerable<IConfigurationSection> GetChildren() => [];

    public IChangeToken GetReloadToken() => throw new NotSupportedException();

    public IConfigurationSection GetSection(string key) => throw new NotSupportedException();
}
