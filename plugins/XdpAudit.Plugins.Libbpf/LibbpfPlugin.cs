using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using XdpAudit.Abstractions;
using XdpAudit.Plugins.Libbpf;

[assembly: PluginEntryPoint(typeof(LibbpfPlugin))]

namespace XdpAudit.Plugins.Libbpf;

/// <summary>Brings one executor, which acts on the kernel through libbpf, bpf(2) and rtnetlink.</summary>
public sealed class LibbpfPlugin : IPluginStartup
{
    /// <summary>The setting: how long an unload waits for the kernel to let go, in milliseconds; 2000 unless set.</summary>
    public const string UnloadWait = "unload_wait_ms";

    /// <inheritdoc/>
    public void ConfigureServices(IServiceCollection services, IPluginHost host) =>
        services.AddSingleton<IExecutor>(_ => new LibbpfExecutor(host.PluginId, host.Time, Wait(host.Options[UnloadWait])));

    private static TimeSpan Wait(string? setting) =>
        setting is null ? LibbpfExecutor.DefaultUnloadWait
        : int.TryParse(setting, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds <= 60_000
            ? TimeSpan.FromMilliseconds(milliseconds)
            : throw new FormatException($"setting '{UnloadWait}' is '{setting}': it must be a number of milliseconds from 0 to 60000");
}
