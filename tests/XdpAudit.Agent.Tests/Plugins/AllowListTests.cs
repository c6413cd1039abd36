using System.Text.Json.Nodes;

namespace XdpAudit.Agent.Tests;

/// <summary>Nothing loads that no list names, and a list that is not in order names nothing.</summary>
public sealed class AllowListTests
{
    private static readonly Dictionary<string, Action<ApprovedFolder>> _ways = new()
    {
        ["belongs to somebody"] = f => Shell.Run("chown", "65534", f.OwnList),
        ["can be written by its group"] = f => Shell.Run("chmod", "0664", f.OwnList),
        ["can be written by everybody"] = f => Shell.Run("chmod", "0666", f.OwnList),
        ["is a link"] = f => { File.Move(f.OwnList, f.OwnList + ".real"); File.CreateSymbolicLink(f.OwnList, f.OwnList + ".real"); },
        ["is a directory"] = f => { File.Delete(f.OwnList); Directory.CreateDirectory(f.OwnList); },
        ["is a named pipe"] = f => { File.Delete(f.OwnList); Shell.Run("mkfifo", "-m", "0644", f.OwnList); },
        ["is not there, though it was named"] = f => File.Delete(f.OwnList),
        ["is too large"] = f => Shell.Run("truncate", "-s", "9M", f.OwnList),
        ["is empty"] = f => File.WriteAllText(f.OwnList, ""),
        ["is null"] = f => File.WriteAllText(f.OwnList, "null"),
        ["is broken"] = f => File.WriteAllText(f.OwnList, File.ReadAllText(f.OwnList)[..^1]),
        ["has words after its end"] = f => File.AppendAllText(f.OwnList, "{}"),
        ["is of another form"] = f => File.WriteAllText(f.OwnList, """{"schema":2,"plugins":[]}"""),
        ["has no plugins"] = f => File.WriteAllText(f.OwnList, """{"schema":1}"""),
        ["has a word that is not known"] = f => f.Approve(("trusted", true)),
        ["says a thing twice"] = f => File.WriteAllText(f.OwnList, File.ReadAllText(f.OwnList).Replace("\"enabled\":true", "\"enabled\":false,\"enabled\":true", StringComparison.Ordinal)),
        ["names an id twice"] = f => ApprovedFolder.WriteList(f.OwnList, f.Entry(), f.Entry()),
        ["has an id with a path"] = f => f.Approve(("id", "../libbpf")),
        ["has an id with an escape"] = f => f.Approve(("id", "acme\u001b[2J")),
        ["has an id with capitals"] = f => f.Approve(("id", "Acme-Rules")),
        ["has an id with a line break"] = f => f.Approve(("id", "acme-rules\n")),
        ["has the id of a list"] = f => f.Approve(("id", "allow-list")),
        ["has no id"] = f => f.Approve(("id", null)),
        ["does not say whether it is enabled"] = f => f.Approve(("enabled", null)),
        ["has a kind that is none"] = f => f.Approve(("kind", "loader")),
        ["has an isolation that is none"] = f => f.Approve(("isolation", "none")),
        ["has a relative path"] = f => f.Approve(("path", "opt/acme")),
        ["has a path above itself"] = f => f.Approve(("path", "..")),
        ["has a path that goes back"] = f => f.Approve(("path", f.Folder + "/../acme")),
        ["has a path with a slash at its end"] = f => f.Approve(("path", f.Folder + "/")),
        ["has the root for a path"] = f => f.Approve(("path", "/")),
        ["has an entry outside of the folder"] = f => f.Approve(("entry", "../Acme.Rules.dll")),
        ["has an entry in a directory"] = f => f.Approve(("entry", "lib/Acme.Rules.dll")),
        ["has an entry that is not among the files"] = f => f.Approve(("entry", "Other.dll")),
        ["has a file outside of the folder"] = f => f.Approve(("files", With(f, "../evil.dll", $"sha256:{new string('0', 64)}"))),
        ["has a file at an absolute path"] = f => f.Approve(("files", With(f, "/tmp/evil.dll", $"sha256:{new string('0', 64)}"))),
        ["has a digest in capitals"] = f => f.Approve(("files", With(f, "more.dll", $"sha256:{new string('A', 64)}"))),
        ["has a digest of another kind"] = f => f.Approve(("files", With(f, "more.dll", $"md5:{new string('0', 32)}"))),
        ["does not say who approved it"] = f => f.Approve(("approved_by", null)),
        ["has an approver with an escape"] = f => f.Approve(("approved_by", "alice\u001b[2J")),
        ["has a time that is none"] = f => f.Approve(("approved_at", "yesterday")),
    };

    public static TheoryData<string> Ways => [.. _ways.Keys];

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_list_that_is_not_in_order_allows_nothing_and_the_other_does_not_either(string way)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: it gives files to somebody else");
        using var folder = new ApprovedFolder();
        Ship(folder);
        _ways[way](folder);

        var verdicts = folder.Examine();

        Assert.All(verdicts, v => Assert.Equal("PLG-LIST", v.Refusal?.Code));
        Assert.Equal(["allow-list", "shipped"], verdicts.Select(v => v.Id));
        Assert.All(verdicts, v => Assert.DoesNotContain(v.Refusal!.Why + v.Refusal.Remedy, char.IsControl));
    }

    [Fact]
    public void Without_a_list_of_what_ships_the_operators_plugins_load_all_the_same()
    {
        using var folder = new ApprovedFolder();
        File.Delete(folder.ShippedList);

        var verdicts = folder.Examine();

        Assert.Equal([("allow-list", "PLG-LIST"), ("acme-rules", null)], verdicts.Select(v => (v.Id, v.Refusal?.Code)));
        Assert.Contains("there is no allow-list", verdicts[0].Refusal!.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void The_operators_own_list_need_not_be_there_where_nobody_names_it()
    {
        using var folder = new ApprovedFolder();
        Ship(folder);
        Assert.SkipWhen(File.Exists(PluginLists.DefaultOperator), $"needs a machine without {PluginLists.DefaultOperator}");

        var verdict = Assert.Single(new PluginTrust(new() { Plugins = folder.Shipped }, TrustedOwners.OfThisProgram()).Foresee());

        Assert.Equal(("shipped", true, null), (verdict.Id, verdict.Shipped, verdict.Refusal));
    }

    [Fact]
    public void The_operators_word_on_a_plugin_that_ships_takes_the_place_of_the_package()
    {
        using var folder = new ApprovedFolder();
        ApprovedFolder.WriteList(folder.ShippedList, folder.Entry(("version", "0.9.0"), ("path", "gone")));

        var verdict = Assert.Single(folder.Examine());

        Assert.Equal((false, "0.9.0", "0.9.0"), (verdict.Shipped, verdict.Overrides, verdict.Verified?.Approval.Overrides));
    }

    [Fact]
    public void What_is_disabled_is_not_even_looked_at()
    {
        using var folder = new ApprovedFolder();
        Ship(folder);
        folder.Approve(("id", "shipped"), ("enabled", false), ("path", "/nowhere"));

        var named = Assert.Single(folder.Examine("shipped"));
        var all = Assert.Single(folder.Examine());

        Assert.All([named, all], v => Assert.Equal((true, null, null), (v.Disabled, v.Verified, v.Refusal)));
    }

    [Theory]
    [InlineData("acme-rules")]
    [InlineData("acme")]
    public void A_plugin_is_chosen_by_its_id_or_by_its_folder(string word)
    {
        using var folder = new ApprovedFolder();
        Ship(folder);

        Assert.Equal("acme-rules", Assert.Single(folder.Examine(word)).Id);
        Assert.Equal("acme-rules", Assert.Single(folder.Examine(folder.Folder)).Id);
        Assert.Equal(["shipped", "acme-rules"], folder.Examine().Select(v => v.Id));
    }

    [Fact]
    public void A_plugin_that_no_list_names_is_refused_wherever_it_lies()
    {
        using var folder = new ApprovedFolder();
        ApprovedFolder.WriteList(folder.OwnList);

        var verdict = Assert.Single(folder.Examine("Acme.Rules"));

        Assert.Equal(("rules", "PLG-UNLISTED"), (verdict.Id, verdict.Refusal?.Code));
        Assert.Empty(folder.Examine());
    }

    private static JsonObject With(ApprovedFolder folder, string name, string digest)
    {
        var files = folder.Entry()["files"]!.DeepClone().AsObject();
        files[name] = digest;
        return files;
    }

    // The same folder as a plugin of the package.
    private static void Ship(ApprovedFolder folder)
    {
        Shell.Run("cp", "-r", folder.Folder, $"{folder.Shipped}/Shipped");
        File.WriteAllText($"{folder.Shipped}/Shipped/plugin.json", File.ReadAllText(folder["plugin.json"]).Replace("acme-rules", "shipped", StringComparison.Ordinal));
        var entry = folder.Entry(("id", "shipped"), ("path", "Shipped"));
        entry["files"]!["plugin.json"] = "sha256:" + Shell.Run("sha256sum", $"{folder.Shipped}/Shipped/plugin.json")[..64];
        ApprovedFolder.WriteList(folder.ShippedList, entry);
    }
}
