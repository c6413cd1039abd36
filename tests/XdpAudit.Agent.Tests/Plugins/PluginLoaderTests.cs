using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace XdpAudit.Agent.Tests;

/// <summary>A plugin that cannot be loaded is refused with a reason; the others are loaded all the same.</summary>
public sealed class PluginLoaderTests : IDisposable
{
    // .../artifacts/bin/XdpAudit.Agent.Tests/debug/
    private static readonly string _configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
    private static readonly string _bin = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../.."));
    private readonly string _root = Directory.CreateTempSubdirectory("xat-plugins-").FullName;

    public PluginLoaderTests()
    {
        Link("XdpAudit.Plugins.LeakRules", "XdpAudit.Plugins.LeakRules");
        Link("XdpAudit.Plugins.Simulated", "XdpAudit.Plugins.Simulated");
    }

    public void Dispose() => Directory.Delete(_root, true);

    [Fact]
    public void What_a_plugin_brings_is_recorded_with_its_version_and_digest()
    {
        var set = Load("XdpAudit.Plugins.LeakRules", "XdpAudit.Plugins.Simulated");

        var facts = set.Facts.Cast<PluginLoaded>().ToList();
        Assert.Equal([("leak-rules", "detector"), ("simulated", "executor")], facts.Select(f => (f.Plugin, string.Join(' ', f.Brings))));
        Assert.All(facts, f => Assert.Equal(64, f.Sha256.Length));
        Assert.Equal("simulated", Assert.Single(set.Executors.Keys));
        Assert.Equal(("leak-rules", "active"), (set.Detectors.Single().Plugin, set.States["leak-rules"]));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_said()
    {
        var refused = Refused("Absent");

        Assert.Equal(("plugin.missing", $"there is no folder '{_root}/Absent'; publish the plugin there"), (refused.Code, refused.Why));
    }

    [Fact]
    public void A_folder_without_a_plugin_or_with_two_is_ambiguous()
    {
        Directory.CreateDirectory($"{_root}/Empty");
        Directory.CreateDirectory($"{_root}/Double");
        foreach (var name in (string[])["LeakRules", "Simulated"])
        {
            foreach (var end in (string[])["dll", "deps.json"])
            {
                File.Copy($"{_bin}/XdpAudit.Plugins.{name}/{_configuration}/XdpAudit.Plugins.{name}.{end}", $"{_root}/Double/{name}.{end}");
            }
        }

        Assert.Equal(("plugin.ambiguous", $"'{_root}/Empty' must hold exactly one assembly with a .deps.json; it holds 0"), Words(Refused("Empty")));
        Assert.Equal(("plugin.ambiguous", $"'{_root}/Double' must hold exactly one assembly with a .deps.json; it holds 2"), Words(Refused("Double")));
    }

    [Fact]
    public void An_assembly_that_is_no_plugin_has_no_entry()
    {
        Directory.CreateDirectory($"{_root}/Other");
        foreach (var end in (string[])["dll", "deps.json", "runtimeconfig.json"])
        {
            File.Copy($"{_bin}/XdpAudit.Server/{_configuration}/XdpAudit.Server.{end}".Replace("XdpAudit.Server", "XdpAudit.Agent.Tests", StringComparison.Ordinal), $"{_root}/Other/XdpAudit.Agent.Tests.{end}");
        }

        Assert.Equal("plugin.no-entry", Refused("Other").Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"runtimeTarget\":{\"name\":null},\"targets\":{},\"libraries\":{}}")]
    [InlineData("{\"runtimeTarget\":{\"name\":\"net\"},\"targets\":{},\"libraries\":{}}")]
    [InlineData("{\"runtimeTarget\":{\"name\":\"net\"},\"targets\":{\"net\":{}},\"libraries\":{\"a/1\":{}}}")]
    public void A_damaged_list_of_dependencies_does_not_end_the_auditor(string deps)
    {
        Broken(deps);

        Assert.Equal("plugin.damaged", Refused("Broken").Code);
    }

    [Fact]
    public void A_file_that_is_no_assembly_is_refused()
    {
        Broken("""{"runtimeTarget":{"name":"net"},"targets":{"net":{}},"libraries":{}}""");

        Assert.Equal("plugin.failed", Refused("Broken").Code);
    }

    [Theory]
    [InlineData("XdpAudit.Plugins.LeakRules", "leak-rules")]
    [InlineData("Libbpf", "libbpf")]
    public void A_plugin_goes_by_the_last_word_of_its_folder(string folder, string id)
    {
        Assert.Equal(id, PluginLoader.Id(folder));
    }

    private void Broken(string deps)
    {
        Directory.CreateDirectory($"{_root}/Broken");
        File.WriteAllText($"{_root}/Broken/Broken.dll", "this is no assembly");
        File.WriteAllText($"{_root}/Broken/Broken.deps.json", deps);
    }

    private static (string Code, string Why) Words(PluginRefused refused) => (refused.Code, refused.Why);

    // Refused, while the one beside it is loaded.
    private PluginRefused Refused(string folder)
    {
        var set = Load(folder, "XdpAudit.Plugins.LeakRules");
        Assert.Equal(("refused", "active"), (set.States[PluginLoader.Id(folder)], set.States["leak-rules"]));
        return Assert.Single(set.Facts.OfType<PluginRefused>());
    }

    private PluginSet Load(params string[] folders) =>
        new PluginLoader(NullLoggerFactory.Instance, TimeProvider.System, new ConfigurationBuilder().Build()).Load(_root, folders);

    private void Link(string folder, string project) => Directory.CreateSymbolicLink($"{_root}/{folder}", $"{_bin}/{project}/{_configuration}");
}
