using McMaster.NETCore.Plugins;
using Microsoft.Extensions.DependencyInjection;

namespace XdpAudit.Hosting;

/// <summary>A plugin that lives in this process, and what it brings. Its assemblies may stay after its end: unloading is the runtime's best effort.</summary>
internal sealed class ActivatedPlugin : IAsyncDisposable
{
    private readonly PluginLoader _loader;
    private readonly ServiceProvider _services;

    internal ActivatedPlugin(PluginLoader loader, ServiceProvider services, string version)
    {
        (_loader, _services, Version) = (loader, services, version);
        Executor = One<IExecutor>(PluginKind.Executor);
        Sensor = One<ISensor>(PluginKind.Sensor);
        Sink = One<ISink>(PluginKind.Sink);
        Detectors = [.. services.GetServices<ILeakDetector>()];
        Brings =
        [
            .. Executor is null ? Array.Empty<string>() : [PluginKind.Executor], .. Sensor is null ? Array.Empty<string>() : [PluginKind.Sensor],
            .. Detectors.Select(_ => PluginKind.Detector), .. Sink is null ? Array.Empty<string>() : [PluginKind.Sink],
        ];
    }

    /// <summary>Its assembly's informational version.</summary>
    internal string Version { get; }

    /// <summary>The kinds of what it brings, one word for each thing.</summary>
    internal IReadOnlyList<string> Brings { get; }

    internal IExecutor? Executor { get; }

    internal ISensor? Sensor { get; }

    internal ISink? Sink { get; }

    internal IReadOnlyList<ILeakDetector> Detectors { get; }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _loader.Dispose();
    }

    private T? One<T>(string kind)
        where T : class => _services.GetServices<T>().ToList() switch
        {
            [] => null,
            [var only] => only,
            var more => throw new PluginRefusedException("plugin.ambiguous", $"it brings {more.Count} of the kind {kind}, and one is taken"),
        };
}
