using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace XdpAudit.Agent.Tests;

/// <summary>Plugins as the build made them, taken as verified: what the checks of folders say is tested elsewhere.</summary>
internal static class Loaded
{
    // .../artifacts/bin/XdpAudit.Agent.Tests/debug/
    private static readonly string _configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
    private static readonly string _bin = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../.."));

    /// <summary>Waits that a test can live with.</summary>
    internal static SupervisionSettings Quick { get; } = new()
    {
        HostProgram = $"{_bin}/XdpAudit.PluginHost/{_configuration}/XdpAudit.PluginHost",
        StartDeadline = TimeSpan.FromSeconds(30),
        HealthEvery = TimeSpan.FromMilliseconds(100),
        HealthDeadline = TimeSpan.FromSeconds(5),
        FirstWait = TimeSpan.FromMilliseconds(20),
        LongestWait = TimeSpan.FromMilliseconds(100),
    };

    /// <summary>The folder that a plugin's build made.</summary>
    internal static string Folder(string name) => $"{_bin}/XdpAudit.Plugins.{name}/{_configuration}";

    /// <summary>A verified plugin.</summary>
    internal static PluginVerdict Verdict(string id, string folder, string entry, string isolation) => new()
    {
        Id = id,
        Verified = new()
        {
            Id = id,
            Manifest = new() { Id = id, Version = "1.0.0", Kind = PluginKind.Executor, Entry = entry, Contract = "0.1" },
            Folder = folder,
            EntryPath = Path.Combine(folder, entry),
            Sha256 = new string('a', 64),
            Isolation = isolation,
            AllowNative = [],
            Approval = new("alice", DateTimeOffset.UnixEpoch, "CHG-1234", "/etc/list", folder, null),
        },
    };

    /// <summary>One of ours, where its plugin.json wants it.</summary>
    internal static PluginVerdict Own(string name, string? isolation = null)
    {
        var manifest = JsonSerializer.Deserialize(File.ReadAllBytes($"{Folder(name)}/plugin.json"), PluginManifestJson.Default.PluginManifest)!;
        return Verdict(manifest.Id, Folder(name), manifest.Entry, isolation ?? manifest.Isolation);
    }

    internal static Task<PluginSet> LoadAsync(params PluginVerdict[] verdicts) => LoadAsync(Quick, [], verdicts);

    internal static Task<PluginSet> LoadAsync(SupervisionSettings supervision, Dictionary<string, string?> settings, params PluginVerdict[] verdicts) =>
        new PluginLoader(NullLoggerFactory.Instance, TimeProvider.System, new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), supervision).LoadAsync(verdicts);
}
