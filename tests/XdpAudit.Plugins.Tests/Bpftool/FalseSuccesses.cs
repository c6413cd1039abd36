namespace XdpAudit.Plugins.Tests;

/// <summary>Tools that say one thing and do another: what is answered is what the kernel shows.</summary>
[Collection(LibbpfExecutorContract.Name)]
public sealed class FalseSuccesses : BpftoolScene
{
    private const string Nothing = "echo null";
    private const string FalseSuccess = "tool.false-success";
    private const string FalseFailure = "tool.false-failure";

    [Fact]
    public async Task A_load_that_pins_nothing_is_no_load()
    {
        Becomes(Nothing);

        var outcome = await Executor.LoadAsync(Loading(World.Pin("new/program")), Op(), Never);

        var error = Refused(outcome, FalseSuccess, OutcomeKind.Failed);
        Assert.Equal("bpftool prog load", error.Function);
        Assert.Empty(World.Pins());
        Assert.False(Directory.Exists(World.Pin("new").Value));
    }

    [Fact]
    public async Task A_load_that_pins_another_program_of_the_object_is_no_load_and_its_pin_is_taken_back()
    {
        // bpftool -j -n -- prog load COPY PIN: everything is loaded, and the wrong one is pinned.
        Becomes($"{RealTool} -n prog loadall \"$6\" {World.Bpffs}/all && {RealTool} -n prog pin pinned {World.Bpffs}/all/{World.Good.Other} \"$7\" && rm -r {World.Bpffs}/all; echo null");

        var outcome = await Executor.LoadAsync(Loading(World.Pin("program")), Op(), Never);

        Refused(outcome, FalseSuccess, OutcomeKind.Failed);
        Assert.Empty(World.Pins());
    }

    [Fact]
    public async Task A_staged_load_that_pins_nothing_leaves_nothing()
    {
        Becomes(Nothing);

        var outcome = await Executor.LoadAsync(Loading(World.Pin("program"), program: World.Good.Other), Op(), Never);

        Assert.Equal("bpftool prog loadall", Refused(outcome, FalseSuccess, OutcomeKind.Failed).Function);
        Assert.Empty(Directory.GetFileSystemEntries(World.Bpffs));
    }

    [Fact]
    public async Task A_staged_load_whose_last_step_does_nothing_leaves_nothing()
    {
        Becomes($"case \"$*\" in *loadall*) exec {Real};; esac; {Nothing}");

        var outcome = await Executor.LoadAsync(Loading(World.Pin("program"), program: World.Good.Other), Op(), Never);

        Assert.Equal("bpftool prog pin", Refused(outcome, FalseSuccess, OutcomeKind.Failed).Function);
        Assert.Empty(Directory.GetFileSystemEntries(World.Bpffs));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_attach_that_attaches_nothing_is_no_attach(bool byIp)
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        Without(byIp, Nothing);

        var outcome = await Executor.AttachAsync(Attaching(program, at), Op(), Never);

        Assert.Contains($"attach program {program.Id} to interface 'va'", Refused(outcome, FalseSuccess, OutcomeKind.Failed).Message, StringComparison.Ordinal);
        Assert.Empty(World.InForce(at));
    }

    [Fact]
    public async Task An_attach_in_another_mode_than_asked_is_no_attach()
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        Becomes($"exec {RealTool} net attach xdpgeneric id {program.Id} dev va");

        var outcome = await Executor.AttachAsync(Attaching(program, at), Op(), Never);

        Refused(outcome, FalseSuccess, OutcomeKind.Failed);
        Assert.Equal([new(XdpMode.Generic, program.Id)], World.InForce(at));
    }

    [Fact]
    public async Task An_attach_that_overwrites_what_was_there_is_not_called_done()
    {
        var there = await LoadedAsync();
        var other = await LoadedAsync("other", World.Good.Other);
        var at = World.Interface();
        await AttachedAsync(there, at);
        Becomes($"exec {Real} overwrite");

        var outcome = await Executor.AttachAsync(Attaching(other, at), Op(), Never);

        Assert.Contains($"program {there.Id} ('{there.Name}') is attached native by netlink before", Refused(outcome, FalseSuccess, OutcomeKind.Indeterminate).Message, StringComparison.Ordinal);
        Assert.Equal([new(XdpMode.Native, other.Id)], World.InForce(at));
    }

    [Fact]
    public async Task An_attach_of_what_is_attached_already_is_busy_though_it_is_in_force()
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        await AttachedAsync(program, at);

        var outcome = await Executor.AttachAsync(Attaching(program, at), Op(), Never);

        Refused(outcome, ErrorCode.Busy, OutcomeKind.Rejected);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_detach_that_removes_nothing_is_no_detach(bool byIp)
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        await AttachedAsync(program, at, XdpMode.Generic);

        // What both tools do when they are told the wrong mode, or none where the driver could: they say that it worked.
        Without(byIp, byIp ? $"exec {RealIp} link set dev va xdp off" : $"exec {RealTool} -j net detach xdp dev va");
        var outcome = await Executor.DetachAsync(new() { Interface = at }, Op(), Never);

        Refused(outcome, FalseSuccess, OutcomeKind.Failed);
        Assert.Equal([new(XdpMode.Generic, program.Id)], World.InForce(at));
    }

    [Fact]
    public async Task A_detach_of_a_link_that_detaches_nothing_is_no_detach()
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        var link = Done(await World.StartOther().AttachAsync(Attaching(program, at) with { ByNetlink = false }, Op(), Never)).Link;
        Becomes(Nothing);

        var outcome = await Executor.DetachAsync(new() { Link = link }, Op(), Never);

        Assert.Contains($"detach link {link}", Refused(outcome, FalseSuccess, OutcomeKind.Failed).Message, StringComparison.Ordinal);
        Assert.Equal([new(XdpMode.Native, program.Id)], World.InForce(at));
    }

    [Theory]
    [InlineData("echo null")]
    [InlineData("$REAL -n prog pin id OTHER \"$8\"; echo null")]
    public async Task A_pin_that_is_not_there_or_of_another_object_is_no_pin(string script)
    {
        var program = await LoadedAsync();
        var other = await LoadedAsync("other", World.Good.Other);
        Becomes(script.Replace("$REAL", RealTool, StringComparison.Ordinal).Replace("OTHER", other.Id.ToString(), StringComparison.Ordinal));

        var outcome = await Executor.PinAsync(new(ObjectKind.Program, program.Id.Value, World.Pin("one")), Op(), Never);

        Refused(outcome, FalseSuccess, OutcomeKind.Failed);
    }

    [Fact]
    public async Task A_tool_that_fails_after_it_has_done_what_was_asked_leaves_the_answer_to_a_look()
    {
        var program = await LoadedAsync();
        var (one, two) = (World.Interface(), World.Interface());
        await AttachedAsync(program, two);
        Becomes($"{Real}; echo '{{\"error\":\"made up\"}}'; exit 3");

        var load = await Executor.LoadAsync(Loading(World.Pin("loaded")), Op(), Never);
        var attach = await Executor.AttachAsync(Attaching(program, one), Op(), Never);
        var detach = await Executor.DetachAsync(new() { Interface = two }, Op(), Never);
        var pin = await Executor.PinAsync(new(ObjectKind.Program, program.Id.Value, World.Pin("pinned")), Op(), Never);

        Assert.All(
            (IEnumerable<ExecutorError>)[Refused(load, FalseFailure, OutcomeKind.Indeterminate), Refused(attach, FalseFailure, OutcomeKind.Indeterminate), Refused(detach, FalseFailure, OutcomeKind.Indeterminate), Refused(pin, FalseFailure, OutcomeKind.Indeterminate)],
            e => Assert.Contains("ended with 3", e.Message, StringComparison.Ordinal));
        Assert.True(World.PinExists(World.Pin("loaded")) && World.PinExists(World.Pin("pinned")));
        Assert.Equal([new(XdpMode.Native, program.Id)], World.InForce(one));
        Assert.Empty(World.InForce(two));
    }

    private static string RealTool => Real[..Real.IndexOf(' ', StringComparison.Ordinal)];

    private void Without(bool byIp, string script)
    {
        if (byIp)
        {
            IpBecomes(script);
        }
        else
        {
            Becomes(script);
        }
    }
}
