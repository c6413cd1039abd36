using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using XdpAudit.Abstractions;
using XdpAudit.Plugins.LeakRules;

namespace XdpAudit.LeakRules.Tests;

public sealed class LeakRulesPluginTests
{
    [Fact]
    public void The_plugin_registers_one_detector_with_every_rule_there_is()
    {
        var entry = typeof(LeakRulesDetector).Assembly.GetCustomAttribute<PluginEntryPointAttribute>()!;
        var services = new ServiceCollection();

        ((IPluginStartup)Activator.CreateInstance(entry.Startup)!).ConfigureServices(services, new Host());

        var detector = Assert.Single(services.BuildServiceProvider().GetServices<ILeakDetector>());
        var rules = typeof(LeakRule).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!);
        Assert.Equal("leak-rules", detector.Id);
        Assert.Equal(rules.Order(), detector.Rules.Order());
    }

    [Theory]
    [InlineData("2")]
    [InlineData("-1")]
    [InlineData("many")]
    [InlineData("")]
    public void A_setting_that_makes_no_sense_is_refused_by_name(string count)
    {
        var refused = Assert.Throws<ArgumentOutOfRangeException>(() => new LeakRulesStartup().ConfigureServices(new ServiceCollection(), new Host(("duplicated:count", count))));

        Assert.StartsWith("setting 'duplicated:count' must be a whole number of at least 3", refused.Message, StringComparison.Ordinal);
        Assert.Equal(count, refused.ActualValue);
    }

    [Fact]
    public void The_readme_lists_every_rule_and_the_sample_settings_are_those_in_force_without_them()
    {
        var listed = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "README.md")).TakeWhile(line => !line.StartsWith("**One", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]);
        using var sample = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "appsettings.sample.json")));

        Assert.Equal(new LeakRulesDetector(new()).Rules.Order(), listed.Order());
        Assert.Equal(new LeakRulesOptions().DuplicatedCount, sample.RootElement.GetProperty("duplicated").GetProperty("count").GetInt32());
    }

    [Fact]
    public void A_host_with_nothing_wrong_and_one_before_its_first_look_give_nothing()
    {
        Assert.Empty(Judged.Host());
        Assert.Empty(Judged.Host(A.View() with { Coverage = null, Boot = null }));
    }

    [Fact]
    public void The_same_input_gives_the_same_answer()
    {
        var view = A.View(A.Program(17, A.Pin("/sys/fs/bpf/x")).WasAt("eth0"), A.Map(5, "hash", A.Fd(3)), A.Program(18));

        Assert.Equivalent(Judged.Host(view), Judged.Host(view), strict: true);
    }

    [Fact]
    public void Every_remedy_is_whole_for_each_side_and_ends_with_a_look()
    {
        var link = A.Link(30, 17, A.Pin("/sys/fs/bpf/l"), A.Fd(7)).Defunct();
        var found = Judged.Host(A.Program(17, A.Held(link)), link, A.Map(5, "hash", A.Fd(3)), A.Program(18), A.Program(19, A.Netlink()).IsAt("eth0"), A.Attachment(19));

        Assert.All(found, f =>
        {
            Assert.Equal("xdpaudit reconcile", f.Remedy.Last(step => step.By == "xdpaudit").Command);
            Assert.NotNull(f.Remedy.Last(step => step.By == "plain").Command);
            Assert.All(f.Remedy, step => Assert.NotEmpty(step.Why));
            Assert.Subset(A.Coverage().Parts().Select(part => part.Name).ToHashSet(), f.Needs.ToHashSet());
        });
    }

    private sealed class Host(params (string Key, string Value)[] settings) : IPluginHost
    {
        public string PluginId => "leak-rules";

        public IConfiguration Options { get; } = new Settings(settings.ToDictionary(s => s.Key, s => (string?)s.Value));

        public TimeProvider Time => TimeProvider.System;
    }

    /// <summary>Settings from a dictionary; the package that has one is not needed for one value.</summary>
    private sealed class Settings(Dictionary<string, string?> values) : IConfiguration
    {
        public string? this[string key]
        {
            get => values.GetValueOrDefault(key);
            set => values[key] = value;
        }

        public IEnumerable<IConfigurationSection> GetChildren() => [];

        public Microsoft.Extensions.Primitives.IChangeToken GetReloadToken() => throw new NotSupportedException();

        public IConfigurationSection GetSection(string key) => throw new NotSupportedException();
    }
}
