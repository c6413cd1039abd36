using XdpAudit.Plugins.Libxdp;

namespace XdpAudit.Plugins.Tests;

// How one goes and the others stay, and what is left when all have gone.
public sealed partial class LibxdpDispatchers
{
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
