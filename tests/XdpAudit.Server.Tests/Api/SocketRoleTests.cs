namespace XdpAudit.Server.Tests;

/// <summary>Who may do what is a matter of the socket: its group lets in, and the kernel says who came.</summary>
public sealed class SocketRoleTests : IDisposable
{
    // No account of this machine: the group is there for the auditor of this test alone, which sees another /etc/group than everybody else.
    private const string Gid = "64242";
    private readonly Lab _lab;
    private readonly Daemon _daemon;
    private readonly string[] _cli;

    public SocketRoleTests()
    {
        Requires.RootAndBpf();
        _lab = new();
        var groups = $"{_lab.Folder}/group";
        File.WriteAllLines(groups, File.ReadLines("/etc/group").Where(g => !g.StartsWith("xdpaudit:", StringComparison.Ordinal)).Append($"xdpaudit:x:{Gid}:"));
        _daemon = Daemon.StartAs(_lab, ["unshare", "--mount", "sh", "-c", "mount --bind \"$0\" /etc/group && exec \"$@\"", groups, .. Daemon.Up(_lab)]);
        _cli = [Shipped.ForAnyone(Daemon.Cli, _lab.Folder)];
    }

    public void Dispose()
    {
        _daemon.Dispose();
        _lab.Dispose();
    }

    [Fact]
    public async Task A_member_of_the_group_may_read_and_not_operate()
    {
        var path = _lab.CompileBpf("pass", Samples.Pass);
        var loaded = await _daemon.Api.DoAsync(new() { Kind = OperationKinds.ProgramLoad, ObjectPath = path, Program = "sample_pass" });
        var before = (await _daemon.Api.StatusAsync()).Position;

        var status = As(Gid, "status");
        Shell.Answer[] read = [As(Gid, "program", "list"), As(Gid, "program", "show", $"{loaded.ProgramId}"), As(Gid, "state"), As(Gid, "events"), As(Gid, "finding", "list"), As(Gid, "doctor")];
        Shell.Answer[] refused =
        [
            As(Gid, "program", "load", path, "--program", "sample_pass"), As(Gid, "program", "unload", $"{loaded.ProgramId}"), As(Gid, "reconcile"),
            As(Gid, "finding", "acknowledge", "0", "--reason", "other", "--comment", "mine", "--expires", "1h"),
        ];

        Assert.Equal($"root {Gid} 660", Shell.Run("stat", "-c", "%U %g %a", Daemon.SocketOf(_lab)).Trim());
        Assert.Matches("you may +read", status.Output);
        Assert.All(read, a => Assert.Equal((0, ""), (a.ExitCode, a.Errors)));
        Assert.All(refused, a => Assert.Equal((4, ""), (a.ExitCode, a.Output)));
        Assert.All(refused, a => Assert.StartsWith("xdpaudit: uid 65534 may read but not operate\n  next: ", a.Errors, StringComparison.Ordinal));
        Assert.DoesNotContain((await _daemon.Api.JournalAsync()).Where(e => e.Position > before), e => e.Event.StartsWith("operation_", StringComparison.Ordinal));
    }

    [Fact]
    public void Who_is_not_of_the_group_does_not_get_in()
    {
        var refused = As(null, "program", "list");

        Assert.Equal((4, ""), (refused.ExitCode, refused.Output));
        Assert.Contains("permission denied; you are uid 65534 and the socket is for group xdpaudit", refused.Errors, StringComparison.Ordinal);
    }

    private Shell.Answer As(string? group, params string[] words) => Shell.Try(
        "setpriv",
        ["--reuid", "65534", "--regid", "65534", .. group is null ? ["--clear-groups"] : new[] { "--groups", group }, "--", "env", $"XDPAUDIT_SERVER=unix:{Daemon.SocketOf(_lab)}", "NO_COLOR=1", .. _cli, .. words]);
}
