using System.Text.Json;

namespace XdpAudit.Server.Tests;

/// <summary>Without root: what can be done is done, and what cannot is said with the next step.</summary>
public sealed class NoRootTests : IDisposable
{
    private readonly Lab _lab;
    private readonly string _home;
    private readonly string _server;

    public NoRootTests()
    {
        Requires.RootAndBpf();
        _lab = new();
        _home = $"{_lab.Folder}/nobody";
        Shell.Run("install", "-d", "-o", "nobody", _home);
        Shell.Run("chmod", "0711", _lab.Folder);
        _server = Shipped.ForAnyone(Daemon.Server, _lab.Folder);
    }

    public void Dispose() => _lab.Dispose();

    [Fact]
    public void A_directory_that_is_not_its_own_is_refused_with_how_to_go_on()
    {
        var refused = Try(_server, "up", "--data", "/var/lib/xdpaudit-nobody", "--socket", $"{_home}/api.sock", "--plugins", Daemon.Plugins(_lab), "--ephemeral");

        Assert.Equal((7, ""), (refused.ExitCode, refused.Output));
        Assert.StartsWith("xdpaudit: cannot use data directory '/var/lib/xdpaudit-nobody' as user 'nobody'", refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Doctor_names_the_rights_that_are_missing()
    {
        var told = Try(_server, "doctor");

        Assert.Equal((1, ""), (told.ExitCode, told.Errors));
        Assert.Contains("failed  capabilities: missing: CAP_SYS_ADMIN (", told.Output, StringComparison.Ordinal);
        Assert.Contains("\n        next: run the auditor as root, or grant them (AmbientCapabilities= in its unit)\n", told.Output, StringComparison.Ordinal);
        Assert.Contains("failed  bpf(2) enumeration: BPF_PROG_GET_NEXT_ID: EPERM\n        next: ", told.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_demo_is_not_allowed(bool byTheScript)
    {
        var checkout = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../.."));
        Shell.Run("cp", "-r", $"{checkout}/xdpaudit", $"{checkout}/packaging", _lab.Folder);
        Shell.Run("chmod", "-R", "a+rX", $"{_lab.Folder}/xdpaudit", $"{_lab.Folder}/packaging");
        string[] program = byTheScript ? [$"{_lab.Folder}/xdpaudit"] : [_server];

        var refused = Try([.. program, "up", "--demo", "--socket", $"{_home}/api.sock"]);

        Assert.Equal((4, ""), (refused.ExitCode, refused.Output));
        Assert.Contains("root", refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_directory_of_its_own_it_watches_what_it_may_and_concludes_nothing_from_the_rest()
    {
        // Its socket is beside its data; the plugins are in a directory of root's, or nobody would trust them.
        File.CreateSymbolicLink(Daemon.SocketOf(_lab), $"{_home}/api.sock");
        using var daemon = Daemon.StartAs(
            _lab, Daemon.AsNobody(_home, _server, "up", "--data", $"{_home}/data", "--socket", $"{_home}/api.sock", "--plugins", Daemon.Plugins(_lab), "--grace", "1s", "--reconcile-every", "1h"));

        await daemon.Api.LookAsync();
        var state = await daemon.Api.GetAsync(Routes.State, ApiJson.Default.HostView);
        using var doctor = JsonDocument.Parse(daemon.Type("doctor", "-o", "json").Output);
        var checks = doctor.RootElement.GetProperty("checks").EnumerateArray().ToLookup(c => c.GetProperty("name").GetString()!, c => c.GetProperty("state").GetString());
        var refused = daemon.Type("program", "load", _lab.CompileBpf("pass", Samples.Pass), "--program", "sample_pass");

        Assert.False(state.Coverage!.Programs.Complete);
        Assert.Empty(state.Programs);
        Assert.Empty(await daemon.Api.GetAsync(Routes.Findings, ApiJson.Default.IReadOnlyListFindingView));
        Assert.Equal(["failed", "failed", "note", "ok"], [.. checks["capabilities"], .. checks["bpffs"], .. checks["sees programs"], .. checks["executor libbpf"]]);
        Assert.Equal(1, daemon.Type("doctor").ExitCode);
        Assert.True(refused.ExitCode == 7, refused.Errors);
        Assert.Contains("EPERM", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(0, daemon.End("-TERM"));
    }

    private Shell.Answer Try(params string[] command) => Daemon.Try(Daemon.AsNobody(_home, command));
}
