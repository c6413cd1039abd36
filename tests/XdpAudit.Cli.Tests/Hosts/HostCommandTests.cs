using XdpAudit.Abstractions;

namespace XdpAudit.Cli.Tests;

public sealed class HostCommandTests
{
    [Theory]
    [InlineData("state", "state", "--at", "-5m")]
    [InlineData("diff", "diff", "-1h", "now")]
    [InlineData("diff-fail-on", "diff", "-1h", "now", "--fail-on")]
    [InlineData("diff-fail-on-any-json", "diff", "-1h", "now", "--fail-on", "any", "-o", "json")]
    [InlineData("reconcile", "reconcile")]
    [InlineData("status", "status")]
    [InlineData("doctor", "doctor")]
    [InlineData("doctor-json", "doctor", "-o", "json")]
    [InlineData("version", "version")]
    public async Task The_host_and_the_auditor_are_printed(string golden, params string[] words)
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Answers(Routes.State, A.HostView, ApiJson.Default.HostView);
        auditor.Answers(
            Routes.Diff,
            new() { From = A.Now.AddHours(-1), To = A.Now, Lines = [new("appeared", "program", A.ProgramKey(1203).Value, "sample_pass", "xdp, tag 3b185187f1855c4c"), new("gone", "link", A.LinkKey(17, 1203).Value, "", "was on eth0 native")] },
            ApiJson.Default.DiffView);
        auditor.Answers(
            "POST " + Routes.Reconcile,
            new() { Observation = "7", Position = 45, Events = A.Story, Coverage = A.Coverage(complete: false), Milliseconds = 12.5 },
            ApiJson.Default.ReconcileView);
        auditor.Answers(Routes.Status, A.Status, ApiJson.Default.StatusView);
        auditor.Answers(Routes.Doctor, A.Doctor(ok: false), ApiJson.Default.DoctorView);

        var answer = await new CommandLineTool(auditor.Socket).RunAsync(words);

        Golden.Check(golden, words, answer);
    }

    [Fact]
    public async Task No_difference_is_exit_code_0_also_where_differences_fail()
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Answers(Routes.Diff, new() { From = A.Now.AddHours(-1), To = A.Now }, ApiJson.Default.DiffView);

        var answer = await new CommandLineTool(auditor.Socket).RunAsync("diff", "-1h", "now", "--fail-on");

        Assert.Equal(new(ExitCode.Done, "", "no differences between 2026-11-22 17:40:03Z and 2026-11-22 18:40:03Z\n"), answer);
    }

    [Fact]
    public async Task All_well_at_the_doctor_is_exit_code_0()
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Answers(Routes.Doctor, A.Doctor(ok: true), ApiJson.Default.DoctorView);

        var answer = await new CommandLineTool(auditor.Socket).RunAsync("doctor");

        Assert.Equal(ExitCode.Done, answer.Exit);
    }

    [Fact]
    public async Task Without_an_auditor_the_doctor_is_the_auditors_program_itself()
    {
        await using var auditor = await CannedAuditor.StartAsync();
        var server = Path.Combine(auditor.Directory, "server-program");
        await File.WriteAllTextAsync(server, "", TestContext.Current.CancellationToken);
        var tool = new CommandLineTool(Path.Combine(auditor.Directory, "nobody.sock")) { Variables = { ["XDPAUDIT_SERVER_EXE"] = server } };

        await tool.RunAsync("doctor", "-o", "json");

        var execution = Assert.Single(tool.Executions);
        Assert.Equal(server, execution.Path);
        Assert.Equal(["doctor", "-o", "json"], execution.Arguments);
    }

    [Fact]
    public async Task Up_becomes_the_program_installed_beside_it_with_what_was_typed()
    {
        await using var auditor = await CannedAuditor.StartAsync();
        var server = Directory.CreateDirectory(Path.Combine(auditor.Directory, "server")).FullName + "/XdpAudit.Server";
        await File.WriteAllTextAsync(server, "", TestContext.Current.CancellationToken);
        var tool = new CommandLineTool { Home = Path.Combine(auditor.Directory, "cli") };

        var answer = await tool.RunAsync(
            "up", "--grace", "30s", "--demo", "--once", "--data", "d", "--listen", "127.0.0.1:0", "--postgres", "Host=/tmp;Database=a b", "--reconcile-every", "5s",
            "--socket=/tmp/s", "--bpffs", "/b", "--ephemeral", "--no-dashboard");

        var execution = Assert.Single(tool.Executions);
        Assert.Equal(server, execution.Path);
        Assert.Equal(
            ["up", "--demo", "--once", "--data", "d", "--listen", "127.0.0.1:0", "--postgres", "Host=/tmp;Database=a b", "--grace", "30s", "--reconcile-every", "5s",
                "--socket", "/tmp/s", "--bpffs", "/b", "--ephemeral", "--no-dashboard"],
            execution.Arguments);
        Assert.Contains($"cannot execute '{server}': Exec format error\n  next: ", answer.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NotReachable, answer.Exit);
    }

    [Fact]
    public async Task Up_without_the_auditors_program_says_where_it_was_looked_for()
    {
        var answer = await new CommandLineTool { Home = "/nowhere/cli" }.RunAsync("up");

        Golden.Check("up-no-server", ["up"], answer);
    }

    [Theory]
    [InlineData("--once is for --demo only", "--once")]
    [InlineData("'soon' is not a duration", "--grace", "soon")]
    [InlineData("'5' is not a duration", "--reconcile-every", "5")]
    [InlineData("'8088' is not an address to listen at", "--listen", "8088")]
    [InlineData("'localhost:99999' is not an address to listen at", "--listen", "localhost:99999")]
    public async Task Up_with_a_word_it_does_not_understand_starts_nothing(string told, params string[] words)
    {
        var tool = new CommandLineTool { Variables = { ["XDPAUDIT_SERVER_EXE"] = "/bin/true" } };

        var answer = await tool.RunAsync(["up", .. words]);

        Assert.Equal(ExitCode.Usage, answer.Exit);
        Assert.StartsWith("xdpaudit: " + told, answer.Error, StringComparison.Ordinal);
        Assert.Empty(tool.Executions);
    }
}
