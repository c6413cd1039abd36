namespace XdpAudit.Server.Tests;

/// <summary>What <c>up</c> cannot start with, it says in one line with the next step, and leaves nothing behind.</summary>
public sealed class OptionTests : IDisposable
{
    private readonly Lab _lab;

    public OptionTests()
    {
        Requires.RootAndBpf();
        _lab = new();
    }

    public void Dispose() => _lab.Dispose();

    [Theory]
    [InlineData("--listen", "0.0.0.0:9000", "'0.0.0.0:9000' is not a loopback address")]
    [InlineData("--listen", "[::]:9000", "'[::]:9000' is not a loopback address")]
    [InlineData("--listen", "everywhere", "'everywhere' is not a loopback address")]
    [InlineData("--grace", "soon", "cannot read 'soon' as a time")]
    [InlineData("--reconcile-every", "0s", "cannot read '0s' as a time")]
    [InlineData("--colour", "red", "--colour")]
    public void A_wrong_option_is_a_usage_error_in_one_line(string option, string value, string title)
    {
        var refused = Daemon.Try(Daemon.Up(_lab, option, value));

        Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
        Assert.StartsWith("xdpaudit: ", refused.Errors, StringComparison.Ordinal);
        Assert.Contains(title, refused.Errors, StringComparison.Ordinal);
        Assert.Single(refused.Errors.TrimEnd().Split('\n'));
        Assert.False(Directory.Exists($"{_lab.Folder}/data"));
    }

    [Theory]
    [InlineData("/proc/nowhere")]
    [InlineData("/tmp")]
    [InlineData("relative/place")]
    public void A_place_for_pins_that_is_on_no_bpffs_is_refused_with_how_to_mount_one(string place)
    {
        var refused = Daemon.Try(Daemon.Up(_lab, "--bpffs", place));

        Assert.Equal((7, ""), (refused.ExitCode, refused.Output));
        Assert.StartsWith($"xdpaudit: cannot pin below '{place}': ", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("mount -t bpf bpf", refused.Errors, StringComparison.Ordinal);
        Assert.Single(refused.Errors.TrimEnd().Split('\n'));
        Assert.False(Directory.Exists($"{_lab.Folder}/data"));
    }

    [Theory]
    [InlineData("Host=/nowhere;Username=auditor", "cannot reach the database at /nowhere")]
    [InlineData("this is no connection string", "cannot read the connection string")]
    [InlineData("Host=127.0.0.1;Port=1;Username=a;Password=hidden-word", "cannot reach the database at 127.0.0.1:1")]
    public void A_database_that_cannot_be_used_is_said_without_its_password(string connection, string title)
    {
        var refused = Daemon.Try(Daemon.Up(_lab, "--postgres", connection));

        Assert.Equal((7, ""), (refused.ExitCode, refused.Output));
        Assert.StartsWith($"xdpaudit: {title}", refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden-word", refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--data", "/proc/nowhere")]
    [InlineData("--socket", "/proc/nowhere/api.sock")]
    public void A_directory_that_cannot_be_made_is_named(string option, string place)
    {
        var refused = Daemon.Try(Daemon.Up(_lab, option, place));

        Assert.Equal((7, ""), (refused.ExitCode, refused.Output));
        Assert.StartsWith("xdpaudit: cannot ", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("/proc/nowhere", refused.Errors, StringComparison.Ordinal);
        Assert.Contains(option, refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plugin_that_is_missing_is_refused_with_the_reason_and_the_auditor_watches_without_it()
    {
        using var daemon = Daemon.Start(_lab, "--plugin", "libbpf", "--plugin", "absent");

        var status = await daemon.Api.StatusAsync();
        var refused = Assert.Single(await daemon.Api.JournalAsync("server"), e => e.Event == "plugin_refused");
        var (_, problem) = await daemon.Api.OperateAsync(new() { Kind = OperationKinds.ProgramLoad, ObjectPath = _lab.CompileBpf("pass", Samples.Pass), Program = "sample_pass", Executor = "absent" });

        Assert.Equal(("active", "refused"), (status.Plugins["libbpf"], status.Plugins["absent"]));
        Assert.Equal($"no allow-list names a plugin 'absent'; looked in {_lab.Folder}/plugins/plugins.allow.json and /etc/xdpaudit/plugins.allow.json", refused.Data.GetProperty("why").GetString());
        Assert.Equal("see what is listed: xdpaudit plugin list; approve it: xdpaudit plugin approve DIR", refused.Data.GetProperty("remedy").GetString());
        Assert.Equal((ProblemCode.NotFound, "there is no executor 'absent'", "libbpf"), (problem!.Code, problem.Title, Assert.Single(problem.Candidates)));
    }
}
