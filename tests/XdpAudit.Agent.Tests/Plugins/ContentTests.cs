using System.Text.Json.Nodes;

namespace XdpAudit.Agent.Tests;

/// <summary>What may be in a plugin's folder, also when somebody approved it: looked up in the bytes, nothing of it runs.</summary>
public sealed class ContentTests
{
    private static readonly Version _own = Forged.Contract.Version;

    // Each spoils the folder and approves it as it then is.
    private static readonly Dictionary<string, (string Code, Action<ApprovedFolder> Spoil)> _ways = new()
    {
        ["sums that are not of its files"] = ("PLG-SUMS", f => f.Write("SHA256SUMS", $"{new string('0', 64)}  {ApprovedFolder.Acme}\n")),
        ["sums that do not name all its files"] = ("PLG-SUMS", f => f.Write("SHA256SUMS", "")),
        ["sums of files that are not there"] = ("PLG-SUMS", f => f.Write("SHA256SUMS", Sums(f) + $"{new string('0', 64)}  gone.dll\n")),
        ["sums that are none"] = ("PLG-SUMS", f => f.Write("SHA256SUMS", "these are no sums\n")),
        ["no manifest"] = ("PLG-MANIFEST", f => File.Delete(f["plugin.json"])),
        ["a manifest that is no JSON"] = ("PLG-MANIFEST", f => f.Write("plugin.json", "{")),
        ["a manifest that is null"] = ("PLG-MANIFEST", f => f.Write("plugin.json", "null")),
        ["a manifest that says a thing twice"] = ("PLG-MANIFEST", f => f.Write("plugin.json", File.ReadAllText(f["plugin.json"]).Replace("{", "{\"id\":\"other\",", StringComparison.Ordinal))),
        ["a manifest of another form"] = ("PLG-MANIFEST", f => f.Manifest(("schema", 2))),
        ["a manifest without an id"] = ("PLG-MANIFEST", f => f.Manifest(("id", null))),
        ["a manifest with a path for an id"] = ("PLG-MANIFEST", f => f.Manifest(("id", "../libbpf"))),
        ["a manifest with the id of another plugin"] = ("PLG-MANIFEST", f => f.Manifest(("id", "libbpf"))),
        ["a manifest of another version"] = ("PLG-MANIFEST", f => f.Manifest(("version", "2.0.0"))),
        ["a manifest of another kind"] = ("PLG-MANIFEST", f => f.Manifest(("kind", "executor"))),
        ["a manifest of a kind that is none"] = ("PLG-MANIFEST", f => f.Manifest(("kind", "loader"))),
        ["a manifest with another entry"] = ("PLG-MANIFEST", f => f.Manifest(("entry", "Other.dll"))),
        ["a manifest with an entry elsewhere"] = ("PLG-MANIFEST", f => f.Manifest(("entry", "../Other.dll"))),
        ["a manifest with an escape"] = ("PLG-MANIFEST", f => f.Manifest(("description", "rules\u001b[2J"))),
        ["a manifest with an isolation that is none"] = ("PLG-MANIFEST", f => f.Manifest(("isolation", "none"))),
        ["a manifest that denies the contract it was built with"] = ("PLG-MANIFEST", f => f.Manifest(("contract", "0.0"))),
        ["more places to look in"] = ("PLG-PROBING", f => f.Write("Acme.Rules.runtimeconfig.json", """{"runtimeOptions":{"additionalProbingPaths":["/tmp/planted"]}}""")),
        ["more places to look in, hidden behind a first word"] = ("PLG-PROBING", f => f.Write("Acme.Rules.runtimeconfig.json", """{"runtimeOptions":{"AdditionalProbingPaths":["/tmp"]},"runtimeOptions":{}}""")),
        ["settings of the loader that are no JSON"] = ("PLG-PROBING", f => f.Write("Acme.Rules.runtimeconfig.json", "{")),
        ["a developer's settings of the loader"] = ("PLG-PROBING", f => f.Write("Acme.Rules.runtimeconfig.dev.json", "{}")),
        ["a developer's settings in capitals"] = ("PLG-PROBING", f => f.Write("Acme.Rules.RuntimeConfig.Dev.JSON", "{}")),
        ["dependencies above the folder"] = ("PLG-PROBING", f => Deps(f, "../planted/Acme.Rules.dll")),
        ["dependencies at an absolute path"] = ("PLG-PROBING", f => Deps(f, "/tmp/planted/Acme.Rules.dll")),
        ["dependencies in a package elsewhere"] = ("PLG-PROBING", f => f.Write("Acme.Rules.deps.json", """{"runtimeTarget":{"name":"net"},"targets":{"net":{}},"libraries":{"a/1":{"type":"package","path":"../../planted"}}}""")),
        ["a main assembly that is none"] = ("PLG-ENTRY", f => f.Write(ApprovedFolder.Acme, "this is no assembly")),
        ["a main assembly that is cut off"] = ("PLG-ENTRY", f => f.Write(ApprovedFolder.Acme, Forged.Assembly("Acme.Rules")[..700])),
        ["a main assembly by another name"] = ("PLG-ENTRY", f => f.Write(ApprovedFolder.Acme, Forged.Assembly("Acme.Other"))),
        ["a main assembly that is no plugin"] = ("PLG-ENTRY", f => f.Write(ApprovedFolder.Acme, Forged.Assembly("Acme.Rules", plugin: false))),
        ["a main assembly that does not know the contract"] = ("PLG-ENTRY", f => f.Write(ApprovedFolder.Acme, Forged.Assembly("Acme.Rules", [Forged.Runtime]))),
        ["a later minor of the contract"] = ("PLG-CONTRACT", f => Contract(f, new(_own.Major, _own.Minor + 1, 0, 0))),
        ["another major of the contract"] = ("PLG-CONTRACT", f => Contract(f, new(_own.Major + 1, 0, 0, 0))),
        ["a later contract behind the main assembly"] = ("PLG-CONTRACT", f => f.Write("Acme.More.dll", Forged.Assembly("Acme.More", [Forged.Runtime, (Forged.Contract.Name, new(_own.Major, _own.Minor + 1, 0, 0))]))),
        ["its own copy of the contract"] = ("PLG-PRIVATE-CONTRACT", f => File.Copy(typeof(IExecutor).Assembly.Location, f["XdpAudit.Abstractions.dll"])),
        ["its own copy of the contract in other letters"] = ("PLG-PRIVATE-CONTRACT", f => f.Write("xdpaudit.ABSTRACTIONS.dll", Forged.Assembly("Harmless"))),
        ["its own copy of the contract under another name"] = ("PLG-PRIVATE-CONTRACT", f => File.Copy(typeof(IExecutor).Assembly.Location, f["data.bin"])),
        ["its own copy of the contract in a directory"] = ("PLG-PRIVATE-CONTRACT", f => f.Write("lib/XdpAudit.Abstractions.dll", File.ReadAllBytes(typeof(IExecutor).Assembly.Location))),
        ["its own copy of what the contract speaks"] = ("PLG-PRIVATE-CONTRACT", f => f.Write("Microsoft.Extensions.Primitives.dll", Forged.Assembly("Microsoft.Extensions.Primitives", plugin: false))),
        ["a reference to what is nowhere"] = ("PLG-DEPS", f => f.Write(ApprovedFolder.Acme, Forged.Assembly("Acme.Rules", [Forged.Runtime, Forged.Contract, ("Acme.Gone", new(1, 0, 0, 0))]))),
        ["a reference to what only the auditor has"] = ("PLG-DEPS", f => f.Write(ApprovedFolder.Acme, Forged.Assembly("Acme.Rules", [Forged.Runtime, Forged.Contract, ("XdpAudit.Core", new(0, 1, 0, 0))]))),
        ["a reference to a later .NET"] = ("PLG-DEPS", f => f.Write(ApprovedFolder.Acme, Forged.Assembly("Acme.Rules", [("System.Runtime", new(99, 0, 0, 0)), Forged.Contract]))),
        ["a reference to a later version of what is beside it"] = ("PLG-DEPS", f =>
        {
            f.Write(ApprovedFolder.Acme, Forged.Assembly("Acme.Rules", [Forged.Runtime, Forged.Contract, ("Acme.More", new(2, 0, 0, 0))]));
            f.Write("Acme.More.dll", Forged.Assembly("Acme.More", [Forged.Runtime]));
        }),
        ["a list of dependencies that names what is not there"] = ("PLG-DEPS", f => Deps(f, "lib/net8.0/Acme.Gone.dll")),
        ["a list of dependencies that would end the runtime"] = ("PLG-DEPS", f => f.Write("Acme.Rules.deps.json", "{}")),
        ["a library that was not allowed"] = ("PLG-NATIVE", f => Calls(f, "libevil.so")),
        ["a library that was not allowed, behind the main assembly"] = ("PLG-NATIVE", f => f.Write("Acme.More.dll", Forged.Assembly("Acme.More", [Forged.Runtime], [("libc", "system")]))),
        ["a native file that was not allowed"] = ("PLG-NATIVE", f => File.Copy("/bin/true", f["libacme.so"])),
    };

    public static TheoryData<string> Ways => [.. _ways.Keys];

    public static TheoryData<string> DamagedLists =>
    [
        "", "{}", "[]", "{\"runtimeTarget\":{\"name\":null},\"targets\":{},\"libraries\":{}}", "{\"runtimeTarget\":{\"name\":\"net\"},\"targets\":{},\"libraries\":{}}",
        "{\"runtimeTarget\":{\"name\":\"net\"},\"targets\":{\"net\":{}},\"libraries\":{\"a/1\":{}}}",
    ];

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_folder_that_may_not_be_loaded_is_refused_although_it_was_approved(string way)
    {
        using var folder = new ApprovedFolder();
        _ways[way].Spoil(folder);
        folder.Approve();

        var verdict = Assert.Single(folder.Examine());

        Assert.True(_ways[way].Code == verdict.Refusal?.Code, $"{verdict.Refusal}");
        Assert.DoesNotContain(verdict.Refusal!.Why + verdict.Refusal.Remedy, char.IsControl);
        Assert.Null(verdict.Verified);
    }

    // Its reader in the runtime ends the process where a member is missing.
    [Theory]
    [MemberData(nameof(DamagedLists))]
    public void A_damaged_list_of_dependencies_does_not_end_the_auditor(string deps)
    {
        using var folder = new ApprovedFolder();
        folder.Write("Acme.Rules.deps.json", deps);
        folder.Approve();

        Assert.Equal("PLG-DEPS", Assert.Single(folder.Examine()).Refusal?.Code);
    }

    [Theory]
    [InlineData("process", "process", false, "process")]
    [InlineData("process", "in-process", false, "process")]
    [InlineData("in-process", "process", false, "process")]
    [InlineData("in-process", "in-process", true, "in-process")]
    [InlineData("in-process", "in-process", false, null)]
    public void Native_code_inside_the_auditor_needs_a_word_more_and_whoever_asks_for_more_isolation_gets_it(string plugin, string approved, bool inProcess, string? isolation)
    {
        using var folder = new ApprovedFolder();
        Calls(folder, "libbpf.so.1");
        folder.Manifest(("isolation", plugin));
        folder.Approve(("isolation", approved), ("allow_native", new JsonArray("libbpf.so.1")), ("native_in_process", inProcess));

        var verdict = Assert.Single(folder.Examine());

        Assert.Equal((isolation, isolation is null ? "PLG-NATIVE" : null), (verdict.Verified?.Isolation, verdict.Refusal?.Code));
    }

    [Fact]
    public void A_plugin_that_does_not_say_where_it_runs_has_a_process_of_its_own()
    {
        using var folder = new ApprovedFolder();
        folder.Manifest(("isolation", null), ("description", null), ("owner", null));
        folder.Approve();

        Assert.Equal("process", Assert.Single(folder.Examine()).Verified?.Isolation);
    }

    [Fact]
    public void What_it_brings_along_right_sums_and_an_older_minor_are_all_well()
    {
        using var folder = new ApprovedFolder();
        folder.Write("Acme.More.dll", Forged.Assembly("Acme.More", [("netstandard", new(2, 0, 0, 0))], version: new(1, 2, 0, 0)));
        folder.Write(ApprovedFolder.Acme, Forged.Assembly("Acme.Rules", [Forged.Runtime, (Forged.Contract.Name, new(_own.Major, 0, 0, 0)), ("Acme.More", new(1, 1, 0, 0))]));
        folder.Write("de/Acme.Rules.resources.dll", Forged.Assembly("Acme.Rules.resources", [Forged.Runtime]));
        folder.Write("program.bpf.o", [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 247, 0]);
        folder.Manifest(("contract", $"{_own.Major}.0"));
        folder.Write("SHA256SUMS", Sums(folder));
        folder.Approve();

        Assert.Null(Assert.Single(folder.Examine()).Refusal);
    }

    private static string Sums(ApprovedFolder folder) => Shell.Run("sh", "-c", "cd \"$0\" && find . -type f ! -name SHA256SUMS -printf '%P\\n' | xargs sha256sum", folder.Folder);

    private static void Deps(ApprovedFolder folder, string asset) =>
        folder.Write("Acme.Rules.deps.json", """{"runtimeTarget":{"name":"net"},"targets":{"net":{"Acme/1":{"runtime":{"ASSET":{}}}}},"libraries":{"Acme/1":{"type":"package"}}}""".Replace("ASSET", asset, StringComparison.Ordinal));

    private static void Contract(ApprovedFolder folder, Version built)
    {
        folder.Write(ApprovedFolder.Acme, Forged.Assembly("Acme.Rules", [Forged.Runtime, (Forged.Contract.Name, built)]));
        folder.Manifest(("contract", built.ToString(2)));
    }

    private static void Calls(ApprovedFolder folder, string library) => folder.Write(ApprovedFolder.Acme, Forged.Assembly("Acme.Rules", imports: [(library, "bpf_call")]));
}
