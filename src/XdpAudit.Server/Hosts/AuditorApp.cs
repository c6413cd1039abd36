using System.Reflection;
using XdpAudit.Kernel;
using XdpAudit.Store;

namespace XdpAudit.Server;

/// <summary>The composition: store, observer, plugins, auditor and API, started in this order and stopped in the other.</summary>
internal sealed class AuditorApp : IAsyncDisposable
{
    private readonly WebApplication _web;
    private readonly AuditStore _store;
    private readonly KernelObserver _observer;
    private readonly PluginSet _plugins;

    private AuditorApp(WebApplication web, AuditStore store, KernelObserver observer, PluginSet plugins, Auditor auditor)
    {
        (_web, _store, _observer, _plugins) = (web, store, observer, plugins);
        Auditor = auditor;
    }

    internal Auditor Auditor { get; }

    /// <summary>The leak rules that some active plugin answers for.</summary>
    internal IReadOnlyCollection<string> JudgedRules => [.. _plugins.Detectors.SelectMany(d => d.Detector.Rules)];

    internal string Version { get; } = ProductVersion;

    internal static string ProductVersion { get; } =
        typeof(AuditorApp).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    internal static async Task<AuditorApp> StartAsync(UpOptions options, CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        PinRoot.Check(options);
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "xdpaudit", ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddConfiguration(Settings());
        if (options.Tiers is { } tiers)
        {
            builder.Configuration.AddInMemoryCollection(SensorTiers.All.Select(t => KeyValuePair.Create($"plugins:flight-recorder:options:{t}", (string?)$"{tiers.Contains(t)}")));
        }

        if (options.AllTypes)
        {
            builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("plugins:flight-recorder:options:all_types", (string?)"true")]);
        }

        Logs.Configure(builder);
        ApiSocket.Configure(builder, options);
        var web = builder.Build();
        var loggers = web.Services.GetRequiredService<ILoggerFactory>();

        var host = HostIdentity.ReadHost();
        var store = await AuditStore.OpenAsync(new() { DataDirectory = options.Data, Postgres = options.Postgres }, host, loggers, time, cancellation);
        KernelObserver? observer = null;
        PluginSet? plugins = null;
        Auditor? auditor = null;
        try
        {
            observer = new KernelObserver(time, null, loggers.CreateLogger<KernelObserver>());
            var trust = new PluginTrust(new() { Plugins = options.Plugins, Operator = options.AllowList }, TrustedOwners.OfThisProgram());
            plugins = await new PluginLoader(loggers, time, builder.Configuration, new()).LoadAsync(trust.Examine(options.PluginNames, Path.Combine(options.Data, "agent", "plugins")));
            auditor = new Auditor(
                host,
                new(store.HostJournal, store.ServerJournal, store.Reader, observer, plugins),
                new()
                {
                    Grace = options.Grace, ReconcileEvery = options.ReconcileEvery, PinRoot = PinRoot.For(options), Ephemeral = options.Ephemeral, AllTypes = options.AllTypes,
                    SinksFromBeginning = SinkBeginnings.Read(builder.Configuration, plugins.Sinks.Keys),
                    StateDirectory = Path.Combine(options.Data, "agent"), Boot = HostIdentity.ReadBoot(), Version = ProductVersion,
                },
                time,
                loggers);
            await auditor.StartAsync(cancellation);
            ApiRoutes.Map(web, auditor, store.Reader, host, plugins, time, options);
            await ServeAsync(web, options, cancellation);
            ApiSocket.Open(options);
            return new(web, store, observer, plugins, auditor);
        }
        catch
        {
            if (auditor is not null)
            {
                await auditor.StopAsync("it could not start", CancellationToken.None);
                await auditor.DisposeAsync();
            }

            await (plugins?.DisposeAsync() ?? default);
            observer?.Dispose();
            await store.DisposeAsync();
            await web.DisposeAsync();
            throw;
        }
    }

    private static async Task ServeAsync(WebApplication web, UpOptions options, CancellationToken cancellation)
    {
        try
        {
            await web.StartAsync(cancellation);
        }
        catch (Exception cause) when (cause is IOException or System.Net.Sockets.SocketException or UnauthorizedAccessException)
        {
            var where = options.Listen is { } address ? $"'{options.Socket}' and {address}" : $"'{options.Socket}'";
            throw new StartException($"cannot serve the API at {where}: {cause.Message.TrimEnd('.')}; choose another place with --socket or --listen", ExitCode.Failed);
        }
    }

    /// <summary>The settings of this machine.</summary>
    internal static IConfigurationRoot Settings() =>
        new ConfigurationBuilder().AddEnvironmentVariables("XDPAUDIT_").AddJsonFile("/etc/xdpaudit/appsettings.json", optional: true).Build();

    internal Task StopAsync(string why) => Auditor.StopAsync(why, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _web.StopAsync(CancellationToken.None);
        await Auditor.DisposeAsync();
        await _plugins.DisposeAsync();
        await _store.DisposeAsync();
        _observer.Dispose();
        await _web.DisposeAsync();
    }
}
