using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using XdpAudit.Agent;
using XdpAudit.ConformanceTests;

namespace XdpAudit.Plugins.Tests;

/// <summary>The libbpf executor in a process of its own keeps the same promises on the real kernel: nobody can tell where it runs.</summary>
[Collection(LibbpfExecutorContract.Name)]
public sealed class IsolatedLibbpfContract : ExecutorConformanceTests
{
    private static readonly string _configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
    private static readonly string _bin = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../.."));

    protected override IReadOnlyList<string> Capabilities => ExecutorWorld.AllCapabilities;

    protected override ExecutorWorld Build()
    {
        Requires.RootAndBpf();
        Requires.Tool("clang");
        return new RealWorld(Start);
    }

    private static IExecutor Start()
    {
        var folder = $"{_bin}/XdpAudit.Plugins.Libbpf/{_configuration}";
        var manifest = JsonSerializer.Deserialize(File.ReadAllBytes($"{folder}/plugin.json"), PluginManifestJson.Default.PluginManifest)!;
        var loader = new Agent.PluginLoader(
            NullLoggerFactory.Instance, TimeProvider.System, new ConfigurationBuilder().Build(), new() { HostProgram = $"{_bin}/XdpAudit.PluginHost/{_configuration}/XdpAudit.PluginHost" });
        var set = loader.LoadAsync(
            [
                new()
                {
                    Id = manifest.Id,
                    Verified = new()
                    {
                        Id = manifest.Id, Manifest = manifest, Folder = folder, EntryPath = Path.Combine(folder, manifest.Entry), Sha256 = new string('0', 64),
                        Isolation = manifest.Isolation, AllowNative = manifest.NativeLibraries, Approval = new("a test", default, null, "", folder, null),
                    },
                },
            ]).GetAwaiter().GetResult();
        Assert.Equal(PluginIsolation.Process, manifest.Isolation);
        return set.Executors[manifest.Id];
    }
}
