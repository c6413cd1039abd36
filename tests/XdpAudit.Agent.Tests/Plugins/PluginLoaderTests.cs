namespace XdpAudit.Agent.Tests;

/// <summary>A plugin that cannot be activated is refused with a reason; the others are all the same.</summary>
public sealed class PluginLoaderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("xat-plugins-").FullName;

    public static TheoryData<string> Places => [PluginIsolation.InProcess, PluginIsolation.Process];

    public void Dispose() => Directory.Delete(_root, true);

    [Fact]
    public async Task What_a_plugin_brings_is_recorded_with_its_version_its_digest_and_who_approved_it()
    {
        await using var set = await Loaded.LoadAsync(Loaded.Own("LeakRules"), Loaded.Own("Unruly"));

        var facts = set.Facts.Cast<PluginLoaded>().ToList();
        Assert.Equal([("leak-rules", "detector"), ("unruly", "executor detector")], facts.Select(f => (f.Plugin, string.Join(' ', f.Brings))));
        Assert.All(facts, f => Assert.Equal((new string('a', 64), "alice", "/etc/list"), (f.Sha256, f.ApprovedBy, f.AllowList)));
        Assert.Equal([(PluginIsolation.InProcess, false), (PluginIsolation.Process, true)], facts.Select(f => (f.Isolation, f.Pid is not null)));
        Assert.Equal(facts[1].Pid, Assert.Single(set.Processes));
        Assert.Equal("unruly", Assert.Single(set.Executors.Keys));
        Assert.Equal(["leak-rules", "unruly"], set.Detectors.Select(d => d.Plugin));
        Assert.All(set.States.Values, s => Assert.Equal("active", s));
    }

    [Fact]
    public async Task What_was_refused_before_is_told_with_its_code_and_remedy()
    {
        await using var set = await Loaded.LoadAsync(new PluginVerdict
        {
            Id = "acme", Refusal = new() { Code = PluginRefusalCode.Hash, Path = "/opt/acme/a.dll", Why = "it has other bytes", Remedy = "find out who changed it" },
        });

        var refused = Assert.IsType<PluginRefused>(Assert.Single(set.Facts));
        Assert.Equal((PluginRefusalCode.Hash, "it has other bytes", "find out who changed it"), (refused.Code, refused.Why, refused.Remedy));
        Assert.Equal(("refused", PluginRefusalCode.Hash, "find out who changed it"), set.Views.Select(v => (v.State, v.Code, v.Remedy)).Single());
    }

    [Fact]
    public async Task An_assembly_that_is_no_plugin_has_no_entry()
    {
        Directory.CreateDirectory($"{_root}/Other");
        foreach (var end in (string[])["dll", "deps.json", "runtimeconfig.json"])
        {
            File.Copy($"{AppContext.BaseDirectory}/XdpAudit.Agent.Tests.{end}", $"{_root}/Other/XdpAudit.Agent.Tests.{end}");
        }

        Assert.Equal("plugin.no-entry", (await RefusedAsync("Other", "XdpAudit.Agent.Tests.dll", PluginIsolation.InProcess)).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"runtimeTarget\":{\"name\":null},\"targets\":{},\"libraries\":{}}")]
    [InlineData("{\"runtimeTarget\":{\"name\":\"net\"},\"targets\":{},\"libraries\":{}}")]
    [InlineData("{\"runtimeTarget\":{\"name\":\"net\"},\"targets\":{\"net\":{}},\"libraries\":{\"a/1\":{}}}")]
    public async Task A_damaged_list_of_dependencies_does_not_end_the_auditor(string deps)
    {
        Broken(deps);

        Assert.Equal("plugin.damaged", (await RefusedAsync("Broken", "Broken.dll", PluginIsolation.InProcess)).Code);
    }

    [Fact]
    public async Task A_list_that_others_may_write_approves_nothing_and_neither_does_an_entry_that_is_switched_off()
    {
        var entry = new AllowEntry
        {
            Id = "acme", Version = "1", Kind = PluginKind.Detector, Enabled = true, Path = "/opt/acme", Entry = "a.dll", Isolation = PluginIsolation.Process, AllowNative = [],
            Files = new Dictionary<string, string>(), ApprovedBy = "mallory", ApprovedAt = DateTimeOffset.UnixEpoch,
        };
        var refusal = new PluginRefusal { Code = PluginRefusalCode.List, Path = "/etc/list", Why = "others may write it", Remedy = "chmod go-w /etc/list" };
        await using var set = await Loaded.LoadAsync(
            new PluginVerdict { Id = "acme", Entry = entry, Refusal = refusal },
            new PluginVerdict { Id = "off", Entry = entry with { Id = "off", Enabled = false } },
            new PluginVerdict { Id = "changed", Entry = entry with { Id = "changed" }, Refusal = refusal with { Code = PluginRefusalCode.Hash } });

        Assert.Equal("changed", Assert.Single(set.Beginning([]).OfType<PluginApproved>()).Plugin);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task A_file_that_is_no_assembly_is_refused(string where)
    {
        Broken("""{"runtimeTarget":{"name":"net"},"targets":{"net":{}},"libraries":{}}""");

        Assert.Equal("plugin.failed", (await RefusedAsync("Broken", "Broken.dll", where)).Code);
    }

    [Theory]
    [InlineData("throw", "plugin.failed", "FormatException: the setting 'at_start' is 'throw'")]
    [InlineData("exit", "plugin.process", "its process ended with exit code 3")]
    [InlineData("hang", "plugin.process", "it was not activated within 3 s, and was ended")]
    public async Task A_plugin_that_does_not_survive_its_own_start_is_refused_and_leaves_no_process(string how, string code, string why)
    {
        await using var set = await Loaded.LoadAsync(
            Loaded.Quick with { StartDeadline = TimeSpan.FromSeconds(3) }, new() { ["plugins:unruly:options:at_start"] = how }, Loaded.Own("Unruly"), Loaded.Own("LeakRules"));

        var refused = Assert.Single(set.Facts.OfType<PluginRefused>());
        Assert.Equal((code, why), (refused.Code, refused.Why));
        Assert.Equal("active", set.States["leak-rules"]);
        Assert.Empty(set.Processes);
    }

    [Fact]
    public async Task Of_two_executors_in_one_plugin_it_cannot_be_said_which_is_meant()
    {
        await using var set = await Loaded.LoadAsync(Loaded.Quick, new() { ["plugins:unruly:options:twice"] = "yes" }, Loaded.Own("Unruly"));

        Assert.Equal("plugin.ambiguous", Assert.IsType<PluginRefused>(Assert.Single(set.Facts)).Code);
    }

    [Theory]
    [InlineData("much")]
    [InlineData("1")]
    public async Task A_bound_for_its_memory_that_is_none_is_refused_by_name(string text)
    {
        await using var set = await Loaded.LoadAsync(Loaded.Quick, new() { ["plugins:unruly:memory_mb"] = text }, Loaded.Own("Unruly"));

        var refused = Assert.IsType<PluginRefused>(Assert.Single(set.Facts));
        Assert.Equal(("plugin.setting", $"the setting plugins:unruly:memory_mb is '{text}': write MiB, from 32 to 1048576"), (refused.Code, refused.Why));
    }

    [Fact]
    public async Task Without_the_program_that_hosts_them_isolated_plugins_are_refused()
    {
        await using var set = await Loaded.LoadAsync(Loaded.Quick with { HostProgram = "/nowhere/host" }, [], Loaded.Own("Unruly"));

        Assert.StartsWith("cannot start '/nowhere/host', in which isolated plugins run: ", Assert.IsType<PluginRefused>(Assert.Single(set.Facts)).Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("XdpAudit.Plugins.LeakRules", "leak-rules")]
    [InlineData("Libbpf", "libbpf")]
    public void A_plugin_goes_by_the_last_word_of_its_folder(string folder, string id)
    {
        Assert.Equal(id, PluginText.IdOf(folder));
    }

    private void Broken(string deps)
    {
        Directory.CreateDirectory($"{_root}/Broken");
        File.WriteAllText($"{_root}/Broken/Broken.dll", "this is no assembly");
        File.WriteAllText($"{_root}/Broken/Broken.deps.json", deps);
    }

    // Refused, while the one beside it is loaded.
    private async Task<PluginRefused> RefusedAsync(string folder, string entry, string isolation)
    {
        await using var set = await Loaded.LoadAsync(Loaded.Verdict("other", $"{_root}/{folder}", entry, isolation), Loaded.Own("LeakRules"));
        Assert.Equal(("refused", "active"), (set.States["other"], set.States["leak-rules"]));
        return Assert.Single(set.Facts.OfType<PluginRefused>());
    }
}
