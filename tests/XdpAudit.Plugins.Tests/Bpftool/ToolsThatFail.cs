using System.Globalization;

namespace XdpAudit.Plugins.Tests;

/// <summary>Tools that are not there, are too old, hang, flood, are killed or say nothing that can be read.</summary>
[Collection(LibbpfExecutorContract.Name)]
public sealed class ToolsThatFail : BpftoolScene
{
    [Fact]
    public async Task Without_the_tool_it_declares_what_needs_none_and_says_what_to_install()
    {
        Options = Options with { Bpftool = "/nowhere/bpftool" };

        var described = await Executor.DescribeAsync(Never);
        var outcome = await Executor.LoadAsync(Loading(World.Pin("one")), Op(), Never);

        Assert.Equal([ExecutorCapability.Adopt], described.Capabilities);
        Assert.Equal("unusable", described.Versions["bpftool"]);
        Assert.Contains("/nowhere/bpftool", Assert.Single(described.Warnings), StringComparison.Ordinal);
        Assert.Contains("install bpftool", Refused(outcome, "tool.missing", OutcomeKind.Unsupported).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_that_is_too_old_is_not_used()
    {
        Becomes("""echo '{"version":"4.19.0","features":{}}'""", knowsItsVersion: false);

        var outcome = await Executor.LoadAsync(Loading(World.Pin("one")), Op(), Never);

        Assert.Contains("4.19.0", Refused(outcome, "tool.too-old", OutcomeKind.Unsupported).Message, StringComparison.Ordinal);
        Assert.Contains("4.19.0", Assert.Single((await Executor.DescribeAsync(Never)).Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exit 0")]
    [InlineData("exit 9")]
    [InlineData("echo version 7")]
    [InlineData("echo '[]'")]
    [InlineData("""echo '{"version":7}'""")]
    [InlineData("head -c 300 /dev/urandom")]
    public async Task Something_else_in_its_place_is_not_used(string script)
    {
        Becomes(script, knowsItsVersion: false);

        var outcome = await Executor.PinAsync(new(ObjectKind.Program, (await LoadedAsync()).Id.Value, World.Pin("one")), Op(), Never);

        Refused(outcome, "tool.missing", OutcomeKind.Unsupported);
        Assert.Single((await Executor.DescribeAsync(Never)).Warnings);
    }

    [Fact]
    public async Task A_tool_that_others_may_write_is_not_run()
    {
        Becomes($"touch {World.Folder}/ran", knowsItsVersion: false);
        File.SetUnixFileMode(Options.Bpftool, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherWrite);

        var outcome = await Executor.LoadAsync(Loading(World.Pin("one")), Op(), Never);

        Refused(outcome, "tool.untrusted", OutcomeKind.Unsupported);
        Assert.False(File.Exists($"{World.Folder}/ran"));
    }

    [Fact]
    public async Task A_tool_that_comes_later_is_used_then()
    {
        Options = Options with { Bpftool = $"{World.Folder}/later" };
        Refused(await Executor.LoadAsync(Loading(World.Pin("one")), Op(), Never), "tool.missing", OutcomeKind.Unsupported);
        File.CreateSymbolicLink($"{World.Folder}/later", new Plugins.Bpftool.BpftoolOptions().Bpftool);

        Done(await Executor.LoadAsync(Loading(World.Pin("one")), Op(), Never));
    }

    [Fact]
    public async Task A_tool_that_hangs_before_it_acts_is_ended_and_the_kernel_is_unchanged()
    {
        Options = Options with { Deadline = TimeSpan.FromMilliseconds(400) };
        Becomes($"echo $$ >{World.Folder}/pid; exec sleep 60");

        var outcome = await Executor.LoadAsync(Loading(World.Pin("new/program")), Op(), Never);

        Assert.Contains("took too long", Refused(outcome, "tool.ended", OutcomeKind.Failed).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists("/proc/" + Pid()));
        Assert.False(Directory.Exists(World.Pin("new").Value));
        Assert.Equal(0, World.CountPrograms(World.Good.Program));
    }

    [Fact]
    public async Task A_tool_that_hangs_after_it_has_acted_is_ended_and_what_it_did_is_answered_with_a_warning()
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        Options = Options with { Deadline = TimeSpan.FromSeconds(1) };
        Becomes($"{Real}; exec sleep 60");

        var outcome = await Executor.AttachAsync(Attaching(program, at), Op(), Never);

        Assert.Equal(XdpMode.Native, Done(outcome).Mode);
        Assert.Contains("took too long", Assert.Single(outcome.Warnings), StringComparison.Ordinal);
        Assert.Equal([new(XdpMode.Native, program.Id)], World.InForce(at));
    }

    [Fact]
    public async Task A_call_cancelled_while_the_tool_hangs_before_it_acts_throws_and_the_tool_is_gone()
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        Becomes($"echo $$ >{World.Folder}/pid; exec sleep 60");
        using var cancel = new CancellationTokenSource();

        var call = Executor.AttachAsync(Attaching(program, at), Op(), cancel.Token).AsTask();
        await StartedAsync();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.False(Directory.Exists("/proc/" + Pid()));
        Assert.Empty(World.InForce(at));
    }

    [Fact]
    public async Task A_call_cancelled_after_the_tool_has_acted_answers_what_was_done()
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        Becomes($"{Real}; echo $$ >{World.Folder}/pid; exec sleep 60");
        using var cancel = new CancellationTokenSource();

        var call = Executor.AttachAsync(Attaching(program, at), Op(), cancel.Token).AsTask();
        await StartedAsync();
        await cancel.CancelAsync();

        Assert.Contains("the caller gave up", Assert.Single((await call).Warnings), StringComparison.Ordinal);
        Assert.Equal([new(XdpMode.Native, program.Id)], World.InForce(at));
    }

    [Theory]
    [InlineData("exec yes")]
    [InlineData("exec yes >&2")]
    public async Task A_tool_that_says_too_much_is_ended(string script)
    {
        Becomes(script);

        var outcome = await Executor.LoadAsync(Loading(World.Pin("one")), Op(), Never);

        Assert.Contains("said too much", Refused(outcome, "tool.ended", OutcomeKind.Failed).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_that_somebody_kills_has_failed()
    {
        Becomes("kill -KILL $$");

        var outcome = await Executor.LoadAsync(Loading(World.Pin("one")), Op(), Never);

        Assert.Contains("ended with 137 and said nothing", Refused(outcome, "tool.failed", OutcomeKind.Failed).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exit 1", "and said nothing")]
    [InlineData("echo '{'; exit 255", "ended with 255")]
    [InlineData("head -c 5000 /dev/urandom | tr -d '\\n\\0' >&2; exit 2", "ended with 2")]
    [InlineData("echo '{\"error\":\"odd: Permission denied\"}'; exit 255", "EACCES")]
    public async Task A_tool_that_fails_without_a_word_or_with_an_odd_one_has_failed(string script, string expected)
    {
        Becomes(script);

        var outcome = await Executor.LoadAsync(Loading(World.Pin("one")), Op(), Never);

        Assert.Equal(OutcomeKind.Failed, outcome.Kind);
        Assert.Contains(expected, $"{outcome.Error!.Message} {outcome.Error.ErrnoName}", StringComparison.Ordinal);
        Assert.InRange(outcome.Error.Message.Length, 1, 1000);
        Assert.Empty(World.Pins());
    }

    [Fact]
    public async Task A_tool_whose_child_keeps_its_output_open_does_not_hold_the_call_up_for_ever()
    {
        Options = Options with { Deadline = TimeSpan.FromSeconds(5) };
        Becomes($"sleep 8 & echo $! >{World.Folder}/pid; exec {Real}");

        var outcome = await Executor.LoadAsync(Loading(World.Pin("one")), Op(), Never);

        Done(outcome);
        Shell.Try("kill", "-KILL", Pid());
    }

    private string Pid() => File.ReadAllText($"{World.Folder}/pid").Trim();

    private async Task StartedAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!File.Exists($"{World.Folder}/pid") || Pid().Length == 0)
        {
            Assert.False(patience.IsCancellationRequested, "the tool was not started within ten seconds");
            await Task.Delay(10, CancellationToken.None); // another process writes the file
        }

        Assert.True(int.Parse(Pid(), CultureInfo.InvariantCulture) > 1);
    }
}
