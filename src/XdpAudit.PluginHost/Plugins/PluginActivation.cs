using System.Reflection;
using System.Text.Json;
using McMaster.NETCore.Plugins;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace XdpAudit.Hosting;

/// <summary>
/// Activates a plugin in this process, in the one configuration of the loader that was measured to be sound: the contract and the abstractions it
/// speaks are shared, everything else is the plugin's own, nothing is reloaded behind our back.
/// </summary>
internal static class PluginActivation
{
    /// <summary>One type of each assembly that a plugin has in common with whoever activates it.</summary>
    internal static Type[] Shared { get; } =
        [typeof(IExecutor), typeof(ILogger), typeof(ILogger<>), typeof(IServiceCollection), typeof(IConfiguration), typeof(IChangeToken), typeof(TimeProvider)];

    /// <summary>Loads the assembly and lets it register what it brings.</summary>
    /// <param name="entry">Path of the main assembly.</param>
    /// <param name="host">What the plugin may know.</param>
    /// <param name="loggers">Where its words go.</param>
    /// <exception cref="PluginRefusedException">It is none, or is damaged.</exception>
    internal static ActivatedPlugin Activate(string entry, IPluginHost host, ILoggerFactory loggers)
    {
        CheckDependencies(Path.ChangeExtension(entry, ".deps.json"));
        var loader = PluginLoader.CreateFromAssemblyFile(entry, isUnloadable: true, sharedTypes: Shared, configure: c =>
        {
            c.PreferSharedTypes = false;
            c.IsLazyLoaded = false;
            c.EnableHotReload = false;
        });
        var main = loader.LoadDefaultAssembly();
        var named = main.GetCustomAttribute<PluginEntryPointAttribute>()
            ?? throw new PluginRefusedException("plugin.no-entry", $"'{entry}' has no PluginEntryPoint attribute");
        var startup = (IPluginStartup)Activator.CreateInstance(named.Startup)!;
        var services = new ServiceCollection().AddSingleton(loggers).AddSingleton(host.Time);
        services.Add(ServiceDescriptor.Singleton(typeof(ILogger<>), typeof(Logger<>)));
        startup.ConfigureServices(services, host);
        var version = main.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        return new(loader, services.BuildServiceProvider(), version);
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
}

/// <summary>A plugin that is not activated, and why.</summary>
internal sealed class PluginRefusedException(string code, string why) : Exception(why)
{
    internal string Code { get; } = code;
}
