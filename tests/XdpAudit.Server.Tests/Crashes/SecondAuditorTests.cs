namespace XdpAudit.Server.Tests;

public sealed class SecondAuditorTests(OneDaemon one)
{
    [Fact]
    public async Task A_second_auditor_on_the_same_data_is_refused_and_told_of_the_first()
    {
        var before = await one.Daemon.Api.StatusAsync();

        var refused = Daemon.Try(Daemon.Up(one.Lab, "--socket", $"{one.Lab.Folder}/second.sock"));

        Assert.Equal((7, ""), (refused.ExitCode, refused.Output));
        Assert.StartsWith("xdpaudit: cannot write ", refused.Errors, StringComparison.Ordinal);
        Assert.Contains($"{one.Daemon.Pid}", refused.Errors, StringComparison.Ordinal);
        Assert.Single(refused.Errors.TrimEnd().Split('\n'));
        Assert.False(File.Exists($"{one.Lab.Folder}/second.sock"));
        Assert.Equal((before.Pid, before.Position), ((await one.Daemon.Api.StatusAsync()).Pid, (await one.Daemon.Api.StatusAsync()).Position));
    }

    [Fact]
    public async Task A_second_auditor_at_the_same_socket_is_refused_and_told_of_the_first()
    {
        var first = await one.Daemon.Api.StatusAsync();

        var refused = Daemon.Try(Daemon.Up(one.Lab, "--data", $"{one.Lab.Folder}/other"));

        Assert.Equal(7, refused.ExitCode);
        Assert.Contains($"process {first.Pid} (", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("serves it already", refused.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists($"{one.Lab.Folder}/other"));
        Assert.Equal(first.Pid, (await one.Daemon.Api.StatusAsync()).Pid);
    }
}
