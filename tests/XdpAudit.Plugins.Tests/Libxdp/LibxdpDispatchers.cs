using System.Text.Json;
using XdpAudit.Plugins.Libxdp;

namespace XdpAudit.Plugins.Tests;

/// <summary>
/// libxdp's executor where the kernel allows EXT programs, which the kernel of a development machine may not: these are run by <c>./test --kernels</c>,
/// on stock kernels in a guest. What is in force is told by bpftool, ip and xdp-loader.
/// </summary>
[Collection(LibbpfExecutorContract.Name)]
[Trait("kernels", "yes")]
public sealed partial class LibxdpDispatchers : LibxdpScene
{
    private const int Drop = 1;

    [Fact(Explicit = true)]
    public async Task It_keeps_the_manners_of_an_executor()
    {
        foreach (var promise in Promises.Of<ExecutorManners>())
        {
            await Promises.KeepAsync(new ExecutorManners(() => new LibxdpExecutor("libxdp", TimeProvider.System, Options), LibxdpExecutor.AllCapabilities), promise);
        }
    }

    [Fact(Explicit = true)]
    public async Task A_program_is_loaded_as_it_will_run_and_alone()
    {
        var before = World.CountPrograms("xdp_pass");

        var loaded = await DoneAsync(Executor.LoadAsync(Loading(), Op(), Never));

        Assert.Equal(("ext", World.Good.Program), (loaded.Type, loaded.Name));
        Assert.Equal("ext", World.Program(loaded.Id)!.Type);
        await EventuallyAsync(() => World.CountPrograms("xdp_pass") <= before, "the trivial program it was loaded over is gone");
        Assert.True((await DoneAsync(Executor.UnloadAsync(new(Ref(loaded), []), Op(), Never))).Gone);
    }

    [Fact(Explicit = true)]
    public async Task A_program_that_the_verifier_refuses_comes_with_its_log_and_leaves_nothing()
    {
        var error = await RefusedAsync(Executor.LoadAsync(Loading(World.Refused, pin: World.Pin("refused")), Op(), Never), ErrorCode.VerifierRejected, OutcomeKind.Failed);

        Assert.Contains("invalid access to packet", error.VerifierLog!.Text, StringComparison.Ordinal);
        Assert.Empty(World.Pins());
        Assert.Equal(0, World.CountPrograms(World.Refused.Program));
    }

    [Theory(Explicit = true)]
    [InlineData(XdpMode.Native)]
    [InlineData(XdpMode.Generic)]
    public async Task A_program_comes_under_a_dispatcher_and_what_libxdp_pinned_is_told(XdpMode mode)
    {
        var at = World.Interface();
        var loaded = await LoadedAsync("passes");

        var outcome = await Executor.AttachAsync(Attaching(loaded, at, mode), Op(), Never);

        var attached = await DoneAsync(new ValueTask<Outcome<AttachedProgram>>(outcome));
        var dispatcher = DispatcherAt(at, mode);
        Assert.Equal((loaded.Id, mode, Persistence.Pinned), (attached.Program, attached.Mode, attached.Persistence));
        Assert.Equal($"{State}/dispatch-{at.IfIndex}-{dispatcher}/prog0-link", attached.Pin!.Value.Value);
        Assert.Contains($"'{State}/dispatch-{at.IfIndex}-{dispatcher}/prog0-prog'", Assert.Single(outcome.Warnings), StringComparison.Ordinal);
        Assert.Equal(loaded.Id.Value, JsonDocument.Parse(Shell.Run("bpftool", "-j", "link", "show", "id", attached.Link!.Value.ToString())).RootElement.GetProperty("prog_id").GetUInt32());
        Assert.Equal([Number(loaded.Id)], MembersByLoader(at));
    }

    [Fact(Explicit = true)]
    public async Task Programs_run_in_the_order_of_their_priorities()
    {
        var at = World.Interface();
        var late = await LoadedAsync("drops");
        var early = await LoadedAsync("passes", Another(Options with { RunPriority = 10 }));
        await AttachedAsync(late, at);
        await AttachedAsync(early, at);
        var (lateBefore, earlyBefore) = (Runs(late), Runs(early));

        var verdict = RunOnce(DispatcherAt(at));

        // The interface has packets of its own, so that each has run at least once more.
        Assert.Equal([Number(early.Id), Number(late.Id)], MembersByLoader(at));
        Assert.Equal(Drop, verdict);
        Assert.True(Runs(late) > lateBefore && Runs(early) > earlyBefore);
    }

    [Fact(Explicit = true)]
    public async Task After_a_program_that_drops_the_next_one_does_not_run()
    {
        var at = World.Interface();
        var early = await LoadedAsync("drops", Another(Options with { RunPriority = 10 }));
        var late = await LoadedAsync("passes");
        await AttachedAsync(early, at);
        await AttachedAsync(late, at);

        var verdict = RunOnce(DispatcherAt(at));

        Assert.Equal([Number(early.Id), Number(late.Id)], MembersByLoader(at));
        Assert.Equal((Drop, 0ul), (verdict, Runs(late)));
    }

    [Fact(Explicit = true)]
    public async Task What_an_object_says_of_its_place_stands_whatever_is_set()
    {
        var at = World.Interface();
        var sets = Another(Options with { RunPriority = 90 });
        var first = await LoadedAsync("drops", Another(Options with { RunPriority = 50 }));
        var says = await DoneAsync(sets.LoadAsync(Loading(Configured("int (*priority)[7];")), Op(), Never));
        await AttachedAsync(first, at);

        var outcome = await sets.AttachAsync(Attaching(says, at), Op(), Never);

        Assert.Contains("in place 0 with priority 7", Assert.Single(outcome.Warnings), StringComparison.Ordinal);
        Assert.Equal([Number(says.Id), Number(first.Id)], MembersByLoader(at));
    }

    // libxdp takes such actions for a program that it loads itself, and drops them without a word for one that is loaded already.

    [Fact(Explicit = true)]
    public async Task An_object_that_says_after_which_actions_the_next_program_runs_is_refused()
    {
        var error = await RefusedAsync(Executor.LoadAsync(Loading(Configured("int (*XDP_DROP)[1];")), Op(), Never), ErrorCode.Unsupported, OutcomeKind.Unsupported);
        await DoneAsync(Executor.LoadAsync(Loading(Configured("int (*XDP_PASS)[1];")), Op(), Never));

        Assert.Contains("the next program runs after XDP_DROP, XDP_PASS", error.Message, StringComparison.Ordinal);
    }

    [Fact(Explicit = true)]
    public async Task Who_is_at_the_interface_without_a_dispatcher_is_named_and_left_there()
    {
        var (byNetlink, byLink) = (World.Interface(), World.Interface());
        var libbpf = Libbpf();
        var foreign = await DoneAsync(libbpf.LoadAsync(Loading(), Op(), Never));
        var linked = await DoneAsync(libbpf.LoadAsync(Loading(program: World.Good.Other), Op(), Never));
        await DoneAsync(libbpf.AttachAsync(Attaching(foreign, byNetlink), Op(), Never));
        var link = (await DoneAsync(libbpf.AttachAsync(Attaching(linked, byLink) with { ByNetlink = false }, Op(), Never))).Link;
        var mine = await LoadedAsync("passes");

        var netlinks = await RefusedAsync(Executor.AttachAsync(Attaching(mine, byNetlink), Op(), Never), ErrorCode.Busy);
        var links = await RefusedAsync(Executor.AttachAsync(Attaching(mine, byLink), Op(), Never), ErrorCode.Busy);
        await RefusedAsync(Executor.DetachAsync(new() { Interface = byNetlink }, Op(), Never), ErrorCode.Unexpected);
        await RefusedAsync(Executor.DetachAsync(new() { Link = link }, Op(), Never), ErrorCode.Unsupported);

        Assert.Contains($"program {foreign.Id} ('{foreign.Name}') is attached generic by netlink", netlinks.Message, StringComparison.Ordinal);
        Assert.Contains($"program {linked.Id} ('{linked.Name}') is attached generic by link {link}", links.Message, StringComparison.Ordinal);
        Assert.Equal((foreign.Id, linked.Id), (Assert.Single(World.InForce(byNetlink)).Program, Assert.Single(World.InForce(byLink)).Program));
        Assert.All([byNetlink, byLink], at => Assert.Empty(PinsOf(at)));
    }

    [Fact(Explicit = true)]
    public async Task What_libxdp_cannot_do_is_refused_in_words_and_changes_nothing()
    {
        var at = World.Interface();
        var plain = await DoneAsync(Libbpf().LoadAsync(Loading(), Op(), Never));
        var mine = await LoadedAsync("passes");
        var attaching = Attaching(mine, at);

        Assert.Contains("it was loaded as xdp", (await RefusedAsync(Executor.AttachAsync(Attaching(plain, at), Op(), Never), ErrorCode.Unsupported)).Message, StringComparison.Ordinal);
        Assert.Contains("'xdp.attach.link'", (await RefusedAsync(Executor.AttachAsync(attaching with { ByNetlink = false }, Op(), Never), ErrorCode.Unsupported, OutcomeKind.Unsupported)).Message, StringComparison.Ordinal);
        Assert.Contains("'xdp.attach.expected'", (await RefusedAsync(Executor.AttachAsync(attaching with { ExpectedOld = plain.Id }, Op(), Never), ErrorCode.Unsupported, OutcomeKind.Unsupported)).Message, StringComparison.Ordinal);
        Assert.Contains("'xdp.attach.offload'", (await RefusedAsync(Executor.AttachAsync(attaching with { Mode = XdpMode.Offload }, Op(), Never), ErrorCode.Unsupported, OutcomeKind.Unsupported)).Message, StringComparison.Ordinal);
        await RefusedAsync(Executor.AttachAsync(attaching with { Pin = World.Pin("link") }, Op(), Never), ErrorCode.Unsupported);
        await RefusedAsync(((IExecutor)Executor).UpdateLinkAsync(new(new(1), Ref(mine), null), Op(), Never), ErrorCode.Unsupported, OutcomeKind.Unsupported);

        Assert.Empty(World.InForce(at));
        Assert.Empty(PinsOf(at));
    }

    [Fact(Explicit = true)]
    public async Task A_dispatcher_in_one_mode_takes_no_program_in_another()
    {
        var at = World.Interface();
        var (one, other) = (await LoadedAsync("passes"), await LoadedAsync("drops"));
        await AttachedAsync(one, at);

        var error = await RefusedAsync(Executor.AttachAsync(Attaching(other, at, XdpMode.Native), Op(), Never), ErrorCode.Busy);
        var unsaid = await DoneAsync(Executor.AttachAsync(Attaching(other, at, XdpMode.Unknown), Op(), Never));

        Assert.Contains("is attached generic", error.Message, StringComparison.Ordinal);
        Assert.Equal(XdpMode.Generic, unsaid.Mode);
    }

    [Fact(Explicit = true)]
    public async Task An_eleventh_program_is_refused_and_ten_go_on()
    {
        var at = World.Interface();
        for (var i = 0; i < 10; i++)
        {
            await AttachedAsync(await LoadedAsync("passes"), at);
        }

        var dispatcher = DispatcherAt(at);
        var eleventh = await LoadedAsync("drops");

        var error = await RefusedAsync(Executor.AttachAsync(Attaching(eleventh, at), Op(), Never), ErrorCode.Busy);

        Assert.Contains("all 10 places", error.Message, StringComparison.Ordinal);
        Assert.Equal(dispatcher, DispatcherAt(at));
        Assert.Equal(10, MembersByLoader(at).Count);
        await DoneAsync(Executor.DetachAsync(new() { Interface = at, ExpectedOld = dispatcher }, Op(), Never));
    }

    [Fact(Explicit = true)]
    public async Task A_repeated_operation_does_nothing_and_neither_does_attaching_what_is_attached()
    {
        var at = World.Interface();
        var loaded = await LoadedAsync("passes");
        var op = Op();
        var first = await DoneAsync(Executor.AttachAsync(Attaching(loaded, at), op, Never));
        var dispatcher = DispatcherAt(at);

        var repeated = await DoneAsync(Executor.AttachAsync(Attaching(loaded, at), op, Never), OutcomeKind.AlreadyApplied);
        var again = await DoneAsync(Executor.AttachAsync(Attaching(loaded, at), Op(), Never), OutcomeKind.AlreadyApplied);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Executor.DetachAsync(new() { Interface = at }, Op(), new(canceled: true)));

        Assert.Equal(first, repeated);
        Assert.Equal(first, again);
        Assert.Equal(dispatcher, DispatcherAt(at));
        Assert.Equal([Number(loaded.Id)], MembersByLoader(at));
    }

    [Fact(Explicit = true)]
    public async Task Ten_programs_attached_at_once_are_all_there()
    {
        var at = World.Interface();
        var programs = new List<LoadedProgram>();
        for (var i = 0; i < 10; i++)
        {
            programs.Add(await LoadedAsync("passes"));
        }

        var outcomes = await Task.WhenAll(programs.Select(p => Executor.AttachAsync(Attaching(p, at), Op(), Never).AsTask()));

        Assert.All(outcomes, o => Assert.Equal(OutcomeKind.Succeeded, o.Kind));
        Assert.Equal(programs.Select(p => Number(p.Id)).ToHashSet(), MembersByLoader(at).ToHashSet());
        Assert.Single(PinsOf(at));
        await DoneAsync(Executor.DetachAsync(new() { Interface = at, ExpectedOld = DispatcherAt(at) }, Op(), Never));
    }

    [Fact(Explicit = true)]
    public async Task libxdps_own_tool_and_the_executor_share_a_dispatcher()
    {
        var at = World.Interface();
        var mine = await LoadedAsync("passes");
        var loader = Loader(at, "load", "-m", "skb", "-n", World.Good.Program, at.Name, World.Good.Path);
        Assert.True(loader.ExitCode == 0, loader.Errors + loader.Output);
        var theirs = Assert.Single(MembersByLoader(at));

        await AttachedAsync(mine, at);
        Assert.Equal(new HashSet<string> { theirs, Number(mine.Id) }, MembersByLoader(at).ToHashSet());
        await DoneAsync(Executor.DetachAsync(new() { Interface = at, ExpectedOld = mine.Id }, Op(), Never));

        Assert.Equal([theirs], MembersByLoader(at));
    }

    [Fact(Explicit = true)]
    public async Task A_dispatcher_whose_pins_are_elsewhere_is_not_changed()
    {
        var at = World.Interface();
        var loader = RealWorld.TryAt(at, "env", $"LIBXDP_BPFFS={World.Bpffs}", "xdp-loader", "load", "-m", "skb", at.Name, World.Good.Path);
        Assert.True(loader.ExitCode == 0, loader.Errors + loader.Output);
        var dispatcher = DispatcherAt(at);
        var mine = await LoadedAsync("passes");

        await RefusedAsync(Executor.AttachAsync(Attaching(mine, at), Op(), Never), "libxdp.pins");
        var error = await RefusedAsync(Executor.DetachAsync(new() { Interface = at }, Op(), Never), "libxdp.pins");

        Assert.Contains($"'{State}'", error.Message, StringComparison.Ordinal);
        Assert.Equal(dispatcher, DispatcherAt(at));
    }
}
