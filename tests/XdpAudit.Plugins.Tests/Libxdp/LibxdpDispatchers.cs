using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using XdpAudit.Plugins.Libxdp;

namespace XdpAudit.Plugins.Tests;

/// <summary>
/// libxdp's executor where the kernel allows EXT programs, which the kernel of a development machine may not: these are run by <c>./test --kernels</c>,
/// on stock kernels in a guest. What is in force is told by bpftool, ip and xdp-loader.
/// </summary>
[Collection(LibbpfExecutorContract.Name)]
[Trait("kernels", "yes")]
public sealed class LibxdpDispatchers : LibxdpScene
{
    private const int Drop = 1;

    private const string Ordered =
        """
        #include <linux/bpf.h>
        #include <bpf/bpf_helpers.h>
        struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u64); } runs SEC(".maps");
        static int run(int verdict)
        {
            __u32 key = 0; __u64 *n = bpf_map_lookup_elem(&runs, &key);
            if (n) __sync_fetch_and_add(n, 1);
            return verdict;
        }
        SEC("xdp") int passes(struct xdp_md *ctx) { return run(XDP_PASS); }
        SEC("xdp") int drops(struct xdp_md *ctx) { return run(XDP_DROP); }
        char _license[] SEC("license") = "GPL";
        """;

    private SampleObject? _ordered;

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
    public async Task A_second_program_runs_beside_the_first_and_one_goes_while_the_other_stays()
    {
        var at = World.Interface();
        var one = await LoadedAsync("passes");
        var other = await LoadedAsync("drops");
        await AttachedAsync(one, at);
        var alone = DispatcherAt(at);
        await AttachedAsync(other, at);
        var both = DispatcherAt(at);

        Assert.NotEqual(alone, both);
        await EventuallyAsync(() => World.Program(alone) is null, "the dispatcher of the one program is gone");
        Assert.Equal([$"dispatch-{at.IfIndex}-{both}"], PinsOf(at));
        Assert.Equal(new HashSet<string> { Number(one.Id), Number(other.Id) }, MembersByLoader(at).ToHashSet());

        var detached = await Executor.DetachAsync(new() { Interface = at, ExpectedOld = one.Id }, Op(), Never);
        Assert.Equal(OutcomeKind.Succeeded, detached.Kind);
        Assert.Contains("goes on with dispatcher", Assert.Single(detached.Warnings), StringComparison.Ordinal);
        Assert.Equal([Number(other.Id)], MembersByLoader(at));
        Assert.Null(World.Program(both));
        Assert.Equal(Drop, RunOnce(DispatcherAt(at)));

        var last = DispatcherAt(at);
        Assert.Empty((await Executor.DetachAsync(new() { Interface = at, ExpectedOld = other.Id }, Op(), Never)).Warnings);
        Assert.Empty(World.InForce(at));
        Assert.Null(World.Program(last));
        Assert.Empty(PinsOf(at));
        Assert.NotNull(World.Program(one.Id));

        Assert.True((await DoneAsync(Executor.UnloadAsync(new(Ref(one), []), Op(), Never))).Gone);
        Assert.True((await DoneAsync(Executor.UnloadAsync(new(Ref(other), []), Op(), Never))).Gone);
    }

    [Fact(Explicit = true)]
    public async Task Of_several_programs_none_goes_unless_it_is_named_and_all_go_with_the_dispatcher()
    {
        var at = World.Interface();
        var (one, other) = (await LoadedAsync("passes"), await LoadedAsync("drops"));
        await AttachedAsync(one, at);
        await AttachedAsync(other, at);
        var dispatcher = DispatcherAt(at);

        var which = await RefusedAsync(Executor.DetachAsync(new() { Interface = at }, Op(), Never), ErrorCode.Unexpected);
        var stranger = await RefusedAsync(Executor.DetachAsync(new() { Interface = at, ExpectedOld = new(2_000_000_000) }, Op(), Never), ErrorCode.Unexpected);
        await RefusedAsync(Executor.DetachAsync(new() { Interface = at, Mode = XdpMode.Native, ExpectedOld = one.Id }, Op(), Never), ErrorCode.Unexpected);

        Assert.All([which, stranger], e => Assert.Contains($"runs program {other.Id} ('drops'), program {one.Id} ('passes')", e.Message, StringComparison.Ordinal));
        Assert.Equal(dispatcher, DispatcherAt(at));

        await DoneAsync(Executor.DetachAsync(new() { Interface = at, ExpectedOld = dispatcher }, Op(), Never));
        Assert.Empty(World.InForce(at));
        Assert.Empty(PinsOf(at));
        await DoneAsync(Executor.DetachAsync(new() { Interface = at }, Op(), Never), OutcomeKind.AlreadyApplied);
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
    public async Task Pinned_programs_outlive_the_executor_and_the_next_one_takes_them_up()
    {
        var at = World.Interface();
        var first = new LibxdpExecutor("libxdp", TimeProvider.System, Options with { RunPriority = 20 });
        var kept = await DoneAsync(first.LoadAsync(Loading(InOrder, "drops", World.Pin("kept")), Op(), Never));
        await DoneAsync(first.AttachAsync(Attaching(kept, at), Op(), Never));
        await first.DisposeAsync();
        var added = await LoadedAsync("passes");

        await AttachedAsync(added, at);

        // The place it was given before is still its place.
        Assert.Equal([Number(kept.Id), Number(added.Id)], MembersByLoader(at));
        await DoneAsync(Executor.DetachAsync(new() { Interface = at, ExpectedOld = kept.Id }, Op(), Never));
        Assert.Equal([Number(added.Id)], MembersByLoader(at));
        Assert.True((await DoneAsync(Executor.UnloadAsync(new(Ref(kept), [World.Pin("kept")]), Op(), Never))).Gone);
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

    [Fact(Explicit = true)]
    public async Task A_link_to_a_dispatcher_is_not_detached_by_its_number_and_the_way_is_said()
    {
        var at = World.Interface();
        var loaded = await LoadedAsync("passes");
        var attached = await AttachedAsync(loaded, at);

        var error = await RefusedAsync(Executor.DetachAsync(new() { Link = attached.Link }, Op(), Never), ErrorCode.Unsupported);
        await DoneAsync(Executor.DetachAsync(new() { Link = new(2_000_000_000) }, Op(), Never), OutcomeKind.AlreadyApplied);

        Assert.Contains($"expect {loaded.Id} there", error.Message, StringComparison.Ordinal);
        Assert.Equal([Number(loaded.Id)], MembersByLoader(at));
    }

    [Fact(Explicit = true)]
    public async Task An_unload_of_a_program_that_still_runs_says_that_it_is_held()
    {
        var at = World.Interface();
        var loaded = await LoadedAsync("passes");
        await AttachedAsync(loaded, at);

        var unloaded = await Executor.UnloadAsync(new(Ref(loaded), []), Op(), Never);

        Assert.False(unloaded.Value!.Gone);
        Assert.Contains("still loaded", Assert.Single(unloaded.Warnings), StringComparison.Ordinal);
        Assert.Equal([Number(loaded.Id)], MembersByLoader(at));
    }

    // libxdp 1.3.1 leaves a descriptor of the dispatcher and of each program open whenever it looks at an interface: kept, they would keep all of them loaded.
    [Fact(Explicit = true)]
    public async Task Many_rounds_leave_no_descriptor_no_dispatcher_and_no_pin_behind()
    {
        var at = World.Interface();
        await RoundAsync(at);
        var (descriptors, dispatchers) = (BpfDescriptors(), World.CountPrograms("xdp_dispatcher"));

        for (var i = 0; i < 10; i++)
        {
            await RoundAsync(at);
        }

        Assert.Equal(descriptors, BpfDescriptors());
        Assert.Equal(dispatchers, World.CountPrograms("xdp_dispatcher"));
        Assert.Empty(PinsOf(at));
    }

    [Fact(Explicit = true)]
    public async Task An_interface_that_is_gone_is_said_and_leaves_its_pins_to_be_told()
    {
        var at = World.Interface();
        var loaded = await LoadedAsync("passes");
        var attached = await AttachedAsync(loaded, at);
        World.DeleteInterface(at);

        await RefusedAsync(Executor.AttachAsync(Attaching(loaded, at), Op(), Never), ErrorCode.InterfaceNotFound);
        await RefusedAsync(Executor.DetachAsync(new() { Interface = at }, Op(), Never), ErrorCode.InterfaceNotFound);
        Assert.False((await DoneAsync(Executor.UnloadAsync(new(Ref(loaded), []), Op(), Never))).Gone);

        // The link's pin is what holds it now, and the executor that made it removes it like any other.
        await DoneAsync(Executor.UnpinAsync(new(ObjectKind.Link, attached.Link!.Value.Value, attached.Pin!.Value), Op(), Never));
        var pin = new PinPath(attached.Pin.Value.Value.Replace("-link", "-prog", StringComparison.Ordinal));
        Assert.True((await DoneAsync(Executor.UnloadAsync(new(Ref(loaded), [pin]), Op(), Never))).Gone);
        Directory.Delete(Path.GetDirectoryName(pin.Value)!);
    }

    private SampleObject InOrder => _ordered ??= World.Object("ordered", Ordered, "passes");

    private async Task<LoadedProgram> LoadedAsync(string program, LibxdpExecutor? by = null) => await DoneAsync((by ?? Executor).LoadAsync(Loading(InOrder, program), Op(), Never));

    private async Task<AttachedProgram> AttachedAsync(LoadedProgram program, InterfaceRef at) => await DoneAsync(Executor.AttachAsync(Attaching(program, at), Op(), Never));

    /// <summary>The same programs, one of which says where it runs.</summary>
    private SampleObject Configured(string config) =>
        World.Object("configured", Ordered.Replace("char _license", $"struct {{ {config} }} _passes SEC(\".xdp_run_config\");\nchar _license", StringComparison.Ordinal), "passes");

    private KernelProgramId DispatcherAt(InterfaceRef at, XdpMode mode = XdpMode.Generic)
    {
        var there = Assert.Single(World.InForce(at));
        Assert.Equal((mode, "xdp_dispatcher"), (there.Mode, World.Program(there.Program)!.Name));
        return there.Program;
    }

    private static IReadOnlyList<string> PinsOf(InterfaceRef at) =>
        Directory.Exists(State) ? [.. Directory.GetDirectories(State, $"dispatch-{at.IfIndex}-*").Select(d => Path.GetFileName(d))] : [];

    /// <summary>The programs under the dispatcher in the order they run, as libxdp's own tool shows them: lines <c> =>  50  passes  1a2b  XDP_PASS</c> with the id in the fourth column.</summary>
    private static IReadOnlyList<string> MembersByLoader(InterfaceRef at)
    {
        var answer = Loader(at, "status", at.Name);
        Assert.True(answer.ExitCode == 0, answer.Errors + answer.Output);
        return [.. answer.Output.Split('\n').Where(l => l.TrimStart().StartsWith("=>", StringComparison.Ordinal)).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3])];
    }

    /// <summary>Sends one packet through a program and returns its verdict.</summary>
    private int RunOnce(KernelProgramId program)
    {
        var packet = $"{World.Folder}/packet";
        File.WriteAllBytes(packet, new byte[64]);
        var answer = JsonDocument.Parse(Shell.Run("bpftool", "-j", "prog", "run", "id", Number(program), "data_in", packet, "data_out", packet + ".out")).RootElement;
        return answer.GetProperty("retval").GetInt32();
    }

    /// <summary>How often a program has run, by its own account.</summary>
    private ulong Runs(LoadedProgram program)
    {
        var map = World.Program(program.Id)!.MapIds.Single(m => MapName(m) == "runs");
        var value = JsonDocument.Parse(Shell.Run("bpftool", "-j", "map", "lookup", "id", map.Value.ToString(CultureInfo.InvariantCulture), "key", "0", "0", "0", "0")).RootElement.GetProperty("value");
        var bytes = value.EnumerateArray().Select(b => Convert.ToByte(b.GetString()!, 16)).ToArray();
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    private static string MapName(KernelMapId map) =>
        JsonDocument.Parse(Shell.Run("bpftool", "-j", "map", "show", "id", map.Value.ToString(CultureInfo.InvariantCulture))).RootElement.GetProperty("name").GetString()!;

    private static int BpfDescriptors() => Directory.GetFiles("/proc/self/fd").Count(f => new FileInfo(f).LinkTarget?.Contains("bpf", StringComparison.Ordinal) == true);

    private async Task RoundAsync(InterfaceRef at)
    {
        var (one, other) = (await LoadedAsync("passes"), await LoadedAsync("drops"));
        await AttachedAsync(one, at);
        await AttachedAsync(other, at);
        await DoneAsync(Executor.DetachAsync(new() { Interface = at, ExpectedOld = one.Id }, Op(), Never));
        await DoneAsync(Executor.DetachAsync(new() { Interface = at, ExpectedOld = other.Id }, Op(), Never));
        Assert.True((await DoneAsync(Executor.UnloadAsync(new(Ref(one), []), Op(), Never))).Gone);
        Assert.True((await DoneAsync(Executor.UnloadAsync(new(Ref(other), []), Op(), Never))).Gone);
    }
}
