using System.Text.Json;

namespace XdpAudit.Server.Tests;

/// <summary>Is all well on this machine? With an auditor, without one, and with one that lacks something.</summary>
public sealed class DoctorTests(OneDaemon one)
{
    [Fact]
    public void With_an_auditor_that_has_all_it_needs_every_check_is_told_and_the_answer_is_zero()
    {
        var table = one.Daemon.Type("doctor");
        var json = one.Daemon.Type("doctor", "-o", "json");
        var checks = Checks(json.Output);

        Assert.DoesNotContain(checks, c => c.State == "failed");
        Assert.Equal((0, 0), (table.ExitCode, json.ExitCode));
        Assert.Equal($"process {one.Daemon.Pid} at {Daemon.SocketOf(one.Lab)}", checks.Single(c => c.Name == "auditor").Found);
        Assert.Equal(
            ["capabilities", "executor libbpf", "kernel BTF", "libbpf", "plugin flight-recorder", "plugin leak-rules", "plugin libbpf", "sees attachments", "sees holders", "sees pins", "sees programs"],
            checks.Where(c => c.State == "ok").Select(c => c.Name).Order(StringComparer.Ordinal).Where(n => n is "capabilities" or "executor libbpf" or "kernel BTF" or "libbpf" || n.StartsWith("plugin ", StringComparison.Ordinal) || n is "sees attachments" or "sees holders" or "sees pins" or "sees programs"));
        Assert.Contains($"kernel {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}, libbpf v1.", checks.Single(c => c.Name == "executor libbpf").Found, StringComparison.Ordinal);
        Assert.All(checks, c => Assert.Contains(c.Name, table.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void Without_an_auditor_the_machine_is_checked_all_the_same_and_the_answer_is_one()
    {
        Assert.False(File.Exists("/run/xdpaudit/api.sock"), "an auditor of this machine serves the usual socket");

        var table = Daemon.Try(Daemon.Server, "doctor");
        var json = Daemon.Try("env", $"XDPAUDIT_SERVER_EXE={Daemon.Server}", Daemon.Cli, "doctor", "-o", "json");
        var checks = Checks(json.Output);

        Assert.Equal((1, 1), (table.ExitCode, json.ExitCode));
        Assert.Equal(["auditor"], checks.Where(c => c.State == "failed").Select(c => c.Name));
        Assert.Contains("failed  auditor: does not answer at /run/xdpaudit/api.sock\n        next: start it: xdpaudit up\n", table.Output, StringComparison.Ordinal);
        Assert.Contains(checks, c => c is { Name: "postgresql", State: "ok" });
    }

    [Fact]
    public void A_plugin_that_could_not_be_loaded_is_a_failed_check_with_its_remedy()
    {
        _ = one.Lab;
        using var lab = new Lab();
        using var daemon = Daemon.Start(lab, "--plugin", "libbpf", "--plugin", "absent");

        var told = daemon.Type("doctor");

        Assert.Equal(1, told.ExitCode);
        Assert.Contains("plugin absent", told.Output, StringComparison.Ordinal);
        Assert.Contains("refused: ", told.Output, StringComparison.Ordinal);
        Assert.Contains("xdpaudit plugin approve DIR", told.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_an_executor_cannot_do_on_this_machine_is_noted_with_why()
    {
        _ = one.Lab;
        using var lab = new Lab();
        var plugins = Shipped.In($"{lab.Folder}/with-libxdp", ["Libbpf", "Libxdp", "LeakRules"], "libbpf,libxdp,leak-rules");
        using var daemon = Daemon.Start(lab, "--plugins", plugins);

        var checks = Checks(daemon.Type("doctor", "-o", "json").Output);
        var load = daemon.Type("program", "load", lab.CompileBpf("pass", Samples.Pass), "--program", "sample_pass", "--executor", "libxdp");

        // EXT programs are refused on this kernel, and before that is tried the host must have a bpffs.
        var note = checks.Single(c => c.Name == "executor libxdp");
        Assert.Equal("note", note.State);
        Assert.Matches(@"^this kernel does not let EXT programs be loaded \(EPERM|'/sys/fs/bpf' is not on a bpffs; mount one there", note.Found);
        Assert.Equal("ok", checks.Single(c => c.Name == "plugin libxdp").State);
        Assert.Equal(7, load.ExitCode);
        Assert.Contains($"cannot load program 'sample_pass': {note.Found}", load.Errors, StringComparison.Ordinal);
    }

    private static IReadOnlyList<DoctorCheck> Checks(string json) => JsonSerializer.Deserialize(json, ApiJson.Default.DoctorView)!.Checks;
}
