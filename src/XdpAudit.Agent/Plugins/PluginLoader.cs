using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using McMaster.NETCore.Plugins;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace XdpAudit.Agent;

/// <summary>
/// Loads the plugins that were named, each from its own folder, in the one configuration that was measured to be sound: the contract and the
/// abstractions it speaks are shared, everything else is the plugin's own, nothing is reloaded behind our back. A loaded plugin is code with all
/// our rights. One that cannot be loaded is refused with a reason, and the watching begins without it.
/// </summary>
public sealed class PluginLoader(ILoggerFactory loggers, TimeProvider time, IConfiguration configuration)
{
    private static readonly Type[] Shared =
    [
        typeof(IExecutor), typeof(ILogger), typeof(ILogger<>), typeof(IServiceCollection), typeof(IConfiguration), typeof(IChangeToken), typeof(TimeProvider),
    ];

    private readonly ILogger _logger = loggers.CreateLogger<PluginLoader>();

    /// <summary>Loads plugins, each from its folder.</summary>
    /// <param name="root">The directory of plugin folders.</param>
    /// <param name="folders">The folders' names; nothing else there is looked at.</param>
    public PluginSet Load(string root, IReadOnlyList<string> folders)
    {
        var executors = new Dictionary<string, IExecutor>();
        var sensors = new Dictionary<string, ISensor>();
        var sinks = new Dictionary<string, ISink>();
        var detectors = new List<(string, ILeakDetector)>();
        var facts = new List<JournalEvent>();
        var states = new Dictionary<string, string>();
        foreach (var folder in folders)
        {
            var id = Id(folder);
            try
            {
                var (services, main) = Start(Path.GetFullPath(Path.Combine(root, folder)), id);
                List<string> brings = [];
                foreach (var executor in services.GetServices<IExecutor>())
                {
                    executors.Add(id, executor);
                    brings.Add("executor");
                }

                foreach (var sensor in services.GetServices<ISensor>())
                {
                    sensors.Add(id, sensor);
                    brings.Add("sensor");
                }

                foreach (var sink in services.GetServices<ISink>())
                {
                    sinks.Add(id, sink);
                    brings.Add("sink");
                }

                foreach (var detector in services.GetServices<ILeakDetector>())
                {
                    detectors.Add((id, detector));
                    brings.Add("detector");
                }

                var version = main.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
                facts.Add(Stamp(new PluginLoaded(id, version, Digest(main.Location), brings)));
                states[id] = "active";
                _logger.PluginLoaded(id, version, string.Join(", ", brings));
            }
#pragma warning disable CA1031 // whatever goes wrong in a plugin's start is a reason to refuse it, not to end
            catch (Exception cause)
#pragma warning restore CA1031
            {
                var (code, why) = cause is PluginRefusedException refused ? (refused.Code, refused.Message) : ("plugin.failed", $"{cause.GetType().Name}: {cause.Message}");
                facts.Add(Stamp(new PluginRefused(id, code, why)));
                states[id] = "refused";
                _logger.PluginRefused(id, code, why);
            }
        }

        return new() { Executors = executors, Sensors = sensors, Sinks = sinks, Detectors = detectors, Facts = facts, States = states };
    }

    /// <summary>The id of a plugin: the last word of its folder's name, in lower case with hyphens. <c>XdpAudit.Plugins.LeakRules</c> is <c>leak-rules</c>.</summary>
    public static string Id(string folder) =>
        string.Concat(folder[(folder.LastIndexOf('.') + 1)..].Select((c, i) => char.IsUpper(c) && i > 0 ? $"-{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));

    private (IServiceProvider Services, Assembly Main) Start(string folder, string id)
    {
        if (!Directory.Exists(folder))
        {
            throw new PluginRefusedException("plugin.missing", $"there is no folder '{folder}'; publish the plugin there");
        }

        var mains = Directory.GetFiles(folder, "*.deps.json").Select(d => d[..^".deps.json".Length] + ".dll").Where(File.Exists).ToList();
        if (mains.Count != 1)
        {
            throw new PluginRefusedException("plugin.ambiguous", $"'{folder}' must hold exactly one assembly with a .deps.json; it holds {mains.Count}");
        }

        CheckDependencies(Path.ChangeExtension(mains[0], ".deps.json"));
        var loader = McMaster.NETCore.Plugins.PluginLoader.CreateFromAssemblyFile(mains[0], isUnloadable: true, sharedTypes: Shared, configure: c =>
        {
            c.PreferSharedTypes = false;
            c.IsLazyLoaded = false;
            c.EnableHotReload = false;
        });
        var main = loader.LoadDefaultAssembly();
        var entry = main.GetCustomAttribute<PluginEntryPointAttribute>()
            ?? throw new PluginRefusedException("plugin.no-entry", $"'{mains[0]}' has no PluginEntryPoint attribute");
        var startup = (IPluginStartup)Activator.CreateInstance(entry.Startup)!;
        var services = new ServiceCollection().AddSingleton(loggers).AddSingleton(time);
        services.Add(ServiceDescriptor.Singleton(typeof(ILogger<>), typeof(Logger<>)));
        startup.ConfigureServices(services, new PluginHost(id, configuration.GetSection($"plugins:{id}:options"), time));
        return (services.BuildServiceProvider(), main);
    }

    // The runtime's own reader of this file ends the process where a member is missing (std::logic_error in hostpolicy, .NET 10.0), so it is read first.
    private static void CheckDependencies(string path)
    {
        try
        {
            using var deps = JsonDocument.Parse(File.ReadAllBytes(path));
            var target = deps.RootElement.GetProperty("runtimeTarget").GetProperty("name").GetString();
            _ = deps.RootElement.GetProperty("targets").GetProperty(target!).EnumerateObject().Count();
            _ = deps.RootElement.GetProperty("libraries").EnumerateObject().Count(l => l.Value.GetProperty("type").GetString() is null);
        }
        catch (Exception cause) when (cause is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentNullException)
        {
            throw new PluginRefusedException("plugin.damaged", $"'{path}' is no list of dependencies as a build writes it: {cause.Message.TrimEnd('.')}; publish the plugin again");
        }
    }

    private static string Digest(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));

    private JournalEvent Stamp(PluginEvent fact) => fact with
    {
        Occurred = Occurrence.Exactly(time.GetUtcNow()), KnownBy = Beginnings.Agent, Actor = new Actor.Unknown("the auditor's own start"),
    };
}

/// <summary>A plugin that is not loaded, and why.</summary>
internal sealed class PluginRefusedException(string code, string why) : Exception(why)
{
    internal string Code { get; } = code;
}
