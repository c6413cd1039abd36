namespace XdpAudit.Server.Tests;

/// <summary>Without root: what can be done is done, and what cannot is said with the next step.</summary>
public sealed class NoRootTests : IDisposable
{
    private readonly Lab _lab;
    private readonly string _home;

    public NoRootTests()
    {
        Requires.RootAndBpf();
        _lab = new();
        _home = $"{_lab.Folder}/nobody";
        Shell.Run("install", "-d", "-o", "nobody", _home);
        Shell.Run("chmod", "0711", _lab.Folder);
    }

    public void Dispose() => _lab.Dispose();

    [Fact]
    public void A_directory_that_is_not_its_own_is_refused_with_how_to_go_on()
    {
        var refused = Try(Daemon.Server, "up", "--data", "/var/lib/xdpaudit-nobody", "--socket", $"{_home}/api.sock", "--plugins", Daemon.Plugins(_lab), "--ephemeral");

        Assert.Equal((7, ""), (refused.ExitCode, refused.Output));
        Assert.StartsWith("xdpaudit: cannot use data directory '/var/lib/xdpaudit-nobody' as user 'nobody'", refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_demo_is_not_allowed(bool byTheScript)
    {
        string[] program = byTheScript ? [Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../xdpaudit"))] : [Daemon.Server];

        var refused = Try([.. program, "up", "--demo", "--socket", $"{_home}/api.sock"]);

        Assert.Equal((4, ""), (refused.ExitCode, refused.Output));
        Assert.Contains("root", refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Errors, StringComparison.Ordinal);
    }

    private Shell.Answer Try(params string[] command) => Daemon.Try(Daemon.AsNobody(_home, command));
}
