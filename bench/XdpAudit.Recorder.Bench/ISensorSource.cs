using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace XdpAudit.Recorder.Bench;

/// <summary>Where the sensor to be measured comes from.</summary>
internal interface ISensorSource
{
    /// <summary>Its name in the table.</summary>
    string Name { get; }

    /// <summary>A new one for each round; null for a round without.</summary>
    ISensor? Create();
}

/// <summary>None: what is measured then is how far two equal sides differ.</summary>
internal sealed class NoSensor : ISensorSource
{
    public string Name => "none again";

    public ISensor? Create() => null;
}

/// <summary>The sensor that a plugin brings.</summary>
/// <param name="path">Its assembly.</param>
/// <param name="options">Its options, KEY=VALUE each.</param>
internal sealed class PluginSensor(string path, string[] options) : ISensorSource
{
    private readonly Assembly _main = Assembly.LoadFrom(Path.GetFullPath(path));

    public string Name => Path.GetFileNameWithoutExtension(path).Split('.')[^1];

    public ISensor? Create()
    {
        var entry = _main.GetCustomAttribute<PluginEntryPointAttribute>() ?? throw new ArgumentException($"'{path}' has no PluginEntryPoint attribute");
        var settings = new ConfigurationBuilder().AddInMemoryCollection(options.Select(o => o.Split('=', 2)).ToDictionary(o => o[0], o => (string?)o[1])).Build();
        var services = new ServiceCollection().AddLogging(l => l.AddSimpleConsole()).AddSingleton(TimeProvider.System);
        ((IPluginStartup)Activator.CreateInstance(entry.Startup)!).ConfigureServices(services, new Host(settings));
        return services.BuildServiceProvider().GetRequiredService<ISensor>();
    }

    private sealed class Host(IConfiguration options) : IPluginHost
    {
        public string PluginId => "bench";

        public IConfiguration Options => options;

        public TimeProvider Time => TimeProvider.System;
    }
}
