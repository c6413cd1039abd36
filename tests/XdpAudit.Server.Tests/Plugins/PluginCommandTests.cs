namespace XdpAudit.Server.Tests;

/// <summary>Which plugins may be loaded is the operator's word, given by the command line and kept by the auditor.</summary>
public sealed class PluginCommandTests : IDisposable
{
    private readonly Lab _lab = new();

    public PluginCommandTests()
    {
        Shell.Run("cp", "-r", Shipped.Folder("Simulated"), Folder);
        Shell.Run("chmod", "-R", "go-w", Folder);
    }

    public void Dispose() => _lab.Dispose();

    private string Folder => $"{_lab.Folder}/acme";

    private string List => $"{_lab.Folder}/plugins.allow.json";

    private string Assembly => $"{Folder}/XdpAudit.Plugins.Simulated.dll";

    [Fact]
    public void A_folder_that_nobody_approved_can_be_looked_at()
    {
        var verified = Type("verify", Folder);

        Assert.Equal((0, ""), (verified.ExitCode, verified.Errors));
        Assert.Contains("simulated 0.1.0, executor: a kernel made of values, for trying things out", verified.Output, StringComparison.Ordinal);
        Assert.Contains("  new       XdpAudit.Plugins.Simulated.dll  ", verified.Output, StringComparison.Ordinal);
        Assert.Contains("XdpAudit.Plugins.Simulated 0.1.0.0 needs ", verified.Output, StringComparison.Ordinal);
        Assert.EndsWith("  all checks pass\n", verified.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(List));
    }

    [Theory]
    [InlineData("Simulated", "It says what it is and can do")]
    [InlineData("LeakRules", "A finding is whole")]
    [InlineData("FlightRecorder", "Once disposed it hears nothing more")]
    public void What_its_kind_promises_can_be_tried_on_a_published_plugin(string name, string promise)
    {
        var verified = Type("verify", name == "Simulated" ? Folder : $"{Daemon.Plugins(_lab)}/XdpAudit.Plugins.{name}", "--conformance");

        Assert.Equal(0, verified.ExitCode);
        Assert.Contains($"  kept      {promise}\n", verified.Output, StringComparison.Ordinal);
        Assert.Matches("  ([0-9]+) of \\1 promises are kept\n", verified.Output);
    }

    [Fact]
    public void Nothing_is_approved_without_a_yes()
    {
        var asked = Shell.Try("/bin/sh", "-c", "exec \"$@\" </dev/null", "sh", Shipped.Server, "plugin", "approve", Folder, "--allow-list", List, "--plugins", Daemon.Plugins(_lab));

        Assert.Equal(2, asked.ExitCode);
        Assert.Contains("nothing was changed; standard input is no terminal, so say --yes if you mean it", asked.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(List));
    }

    [Fact]
    public async Task What_was_approved_is_loaded_and_recorded_once_and_what_was_changed_since_is_refused()
    {
        Assert.Equal(0, Type("approve", Folder, "--yes", "--reason", "CHG-1234").ExitCode);

        using (var daemon = Start())
        {
            Assert.Equal("active", (await daemon.Api.StatusAsync()).Plugins["simulated"]);
            Assert.Equal("CHG-1234", Assert.Single(await ApprovalsAsync(daemon)).Data.GetProperty("reason").GetString());
            var shown = daemon.Type("plugin", "show", "simulated");
            Assert.Contains("CHG-1234", shown.Output, StringComparison.Ordinal);
            daemon.End("-TERM");
        }

        using (var daemon = Start())
        {
            Assert.Single(await ApprovalsAsync(daemon));
            daemon.End("-TERM");
        }

        await File.AppendAllTextAsync(Assembly, "x", TestContext.Current.CancellationToken);
        var verified = Type("verify", Folder);
        Assert.Equal(1, verified.ExitCode);
        Assert.Contains("PLG-HASH", verified.Output, StringComparison.Ordinal);
        Assert.Contains("  changed   XdpAudit.Plugins.Simulated.dll", verified.Output, StringComparison.Ordinal);
        using (var daemon = Start())
        {
            var refused = Assert.Single((await daemon.Api.JournalAsync("server")), e => e.Event == "plugin_refused");
            Assert.Equal("PLG-HASH", refused.Data.GetProperty("code").GetString());
            Assert.Contains("xdpaudit plugin approve", refused.Data.GetProperty("remedy").GetString(), StringComparison.Ordinal);
            Assert.Equal("refused", (await daemon.Api.StatusAsync()).Plugins["simulated"]);
            daemon.End("-TERM");
        }

        Assert.Equal(0, Type("approve", Folder, "--yes").ExitCode);
        using (var daemon = Start())
        {
            Assert.Equal(2, (await ApprovalsAsync(daemon)).Count);
            Assert.Equal("active", (await daemon.Api.StatusAsync()).Plugins["simulated"]);
        }
    }

    [Fact]
    public void A_plugin_is_disabled_enabled_and_taken_off_the_list()
    {
        Type("approve", Folder, "--yes");

        Assert.Equal(0, Type("disable", "simulated").ExitCode);
        Assert.Contains("simulated        disabled", Type("list").Output, StringComparison.Ordinal);
        Assert.Equal(0, Type("enable", "simulated").ExitCode);
        Assert.Contains("simulated        approved", Type("list").Output, StringComparison.Ordinal);
        Assert.Equal(0, Type("revoke", "simulated").ExitCode);
        Assert.DoesNotContain("simulated", Type("list").Output, StringComparison.Ordinal);

        var again = Type("revoke", "simulated");
        Assert.Equal(3, again.ExitCode);
        Assert.StartsWith("xdpaudit: no list names a plugin 'simulated'", again.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void What_ships_is_disabled_by_an_entry_of_the_operators_and_not_revoked()
    {
        Assert.Equal(0, Type("disable", "leak-rules").ExitCode);
        Assert.Contains("leak-rules       disabled", Type("list").Output, StringComparison.Ordinal);
        Assert.Equal(0, Type("revoke", "leak-rules").ExitCode);

        var shipped = Type("revoke", "leak-rules");
        Assert.Equal(7, shipped.ExitCode);
        Assert.Contains("'leak-rules' ships with the auditor and is not on your list", shipped.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_that_others_may_write_allows_nothing_and_is_not_changed()
    {
        Type("approve", Folder, "--yes");
        Shell.Run("chmod", "0666", List);
        var before = File.ReadAllText(List);

        var refused = Type("disable", "simulated");

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("PLG-LIST", refused.Errors + Type("list").Output, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(List));
    }

    private Shell.Answer Type(params string[] words) => Shell.Try(Shipped.Server, ["plugin", .. words, "--allow-list", List, "--plugins", Daemon.Plugins(_lab)]);

    private Daemon Start() => Daemon.Start(_lab, "--allow-list", List, "--plugin", "simulated", "--plugin", "leak-rules");

    private static async Task<IReadOnlyList<HistoryEntry>> ApprovalsAsync(Daemon daemon) =>
        [.. (await daemon.Api.JournalAsync("server")).Where(e => e.Event == "plugin_approved" && e.Subjects.Contains("plugin/simulated"))];
}
