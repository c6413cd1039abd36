using XdpAudit.Simulated;

namespace XdpAudit.Plugins.Tests;

/// <summary>The simulated kernel as tests above the kernel use it. What it shares with the real one is in the executor contract.</summary>
public sealed class SimulatedKernelLife
{
    private readonly SimulatedKernel _kernel = new();

    [Fact]
    public void A_program_lives_until_its_last_holder_ends()
    {
        var program = _kernel.LoadForeign("fw", 10);
        _kernel.Fork(10, 11);

        _kernel.CloseAll(10);
        Assert.Equal([program.Id], _kernel.Programs);

        _kernel.CloseAll(11);
        Assert.Empty(_kernel.Programs);
    }

    [Fact]
    public void A_netlink_attachment_outlives_its_loader_and_goes_with_the_interface()
    {
        var at = _kernel.AddInterface(_kernel.AddNetns("blue"), "eth0");
        var program = _kernel.LoadForeign("fw", 10);
        _kernel.AttachNetlinkForeign(program, at);
        _kernel.CloseAll(10);
        Assert.Equal([program.Id], _kernel.Programs);

        _kernel.DeleteInterface(at);

        Assert.Empty(_kernel.Programs);
    }

    [Fact]
    public void A_pinned_link_outlives_its_owner_and_is_defunct_when_detached()
    {
        var at = _kernel.AddInterface(_kernel.OwnNetns, "eth0");
        var program = _kernel.LoadForeign("fw", 10);
        var link = _kernel.AttachLinkForeign(program, at, 10);
        _kernel.PinForeign(ObjectKind.Link, link.Value, new("/sys/fs/bpf/fw"));
        _kernel.CloseAll(10);
        Assert.Single(_kernel.InForce(at)!);

        _kernel.DetachLinkForeign(link);

        Assert.Empty(_kernel.InForce(at)!);
        Assert.True(Assert.Single(Look().Links).Defunct);
        _kernel.UnpinForeign(new("/sys/fs/bpf/fw"));
        Assert.Empty(_kernel.Links);
        Assert.Empty(_kernel.Programs);
    }

    [Fact]
    public void A_moved_interface_whose_number_is_taken_gets_another_and_its_link_follows()
    {
        var (blue, red) = (_kernel.AddNetns("blue"), _kernel.AddNetns("red"));
        var at = _kernel.AddInterface(blue, "eth0");
        _kernel.AddInterface(red, "eth1");
        _kernel.AttachLinkForeign(_kernel.LoadForeign("fw", 10), at, 10);

        var moved = _kernel.MoveInterface(at, red);

        Assert.NotEqual(at.IfIndex, moved.IfIndex);
        Assert.Equal((moved.IfIndex, (NetnsCookie?)red), (Look().Links[0].IfIndex!.Value, Look().Links[0].Netns));
    }

    [Fact]
    public void After_a_reboot_nothing_is_there_and_ids_begin_anew_in_another_boot()
    {
        var (boot, own) = (_kernel.Boot, _kernel.OwnNetns);
        var before = _kernel.LoadForeign("fw", 10);
        _kernel.PinForeign(ObjectKind.Program, before.Id.Value, new("/sys/fs/bpf/fw"));

        _kernel.Reboot();
        var after = _kernel.LoadForeign("fw", 10);

        Assert.NotEqual(boot, _kernel.Boot);
        Assert.NotEqual(own, _kernel.OwnNetns);
        Assert.Equal(before.Id, after.Id);
        Assert.Equal([after.Id], _kernel.Programs);
        Assert.Empty(_kernel.Pins);
    }

    [Fact]
    public void Program_ids_start_again_after_the_last_and_skip_those_in_use()
    {
        var first = _kernel.LoadForeign("first", 10);
        _kernel.StartProgramIdsAt(int.MaxValue);

        var last = _kernel.LoadForeign("last", 10);
        var wrapped = _kernel.LoadForeign("wrapped", 10);

        Assert.Equal((1u, (uint)int.MaxValue, 2u), (first.Id.Value, last.Id.Value, wrapped.Id.Value));
    }

    [Fact]
    public void A_refused_link_uses_up_an_id()
    {
        var at = _kernel.AddInterface(_kernel.OwnNetns, "eth0");
        var program = _kernel.LoadForeign("fw", 10);
        var first = _kernel.AttachLinkForeign(program, at, 10);
        Assert.Throws<InvalidOperationException>(() => _kernel.AttachLinkForeign(program, at, 10));

        var next = _kernel.AttachLinkForeign(program, _kernel.AddInterface(_kernel.OwnNetns, "eth1"), 10);

        Assert.Equal(first.Value + 2, next.Value);
    }

    [Fact]
    public void A_map_lives_as_long_as_a_program_uses_it()
    {
        var map = _kernel.CreateMapForeign("hash", "flows", 10);
        _kernel.LoadForeign("fw", 11, [map]);
        _kernel.CloseAll(10);
        Assert.Equal([map], _kernel.Maps);

        _kernel.CloseAll(11);

        Assert.Empty(_kernel.Maps);
    }

    [Fact]
    public void A_look_sees_everything_and_is_complete()
    {
        _kernel.AddProcess(10, "loader", "/usr/bin/loader");
        var blue = _kernel.AddNetns("blue");
        var at = _kernel.AddInterface(blue, "eth0");
        var map = _kernel.CreateMapForeign("prog_array", "slots", 10);
        var program = _kernel.LoadForeign("fw", 10, [map], uid: 7);
        _kernel.SetMapElement(map, 3, program.Id);
        var link = _kernel.AttachLinkForeign(program, at, 10, XdpMode.Generic);
        _kernel.PinForeign(ObjectKind.Program, program.Id.Value, new("/sys/fs/bpf/fw"));

        var look = Look();

        Assert.All(look.Coverage.Parts(), p => Assert.True(p.Part.Complete));
        Assert.Equal((program.Id, program.LoadedNs, 7u), (look.Programs.Single().Id, look.Programs[0].LoadedNs, look.Programs[0].Uid!.Value));
        Assert.Equal((link, program.Id, blue, XdpMode.Generic), (look.Links.Single().Id, look.Links[0].ProgramId, look.Links[0].Netns!.Value, look.Links[0].Mode!.Value));
        Assert.Equal(new ObservedMapElement(map, 3, program.Id), look.MapElements.Single());
        Assert.Equal([new(XdpMode.Generic, program.Id)], look.Interfaces.Single().Xdp);
        Assert.Equal(("/sys/fs/bpf/fw", program.Id.Value), (look.Pins.Single().Path.Value, look.Pins[0].ObjectId!.Value));
        Assert.Equal(["map", "program", "link"], look.Descriptors.Select(d => d.Kind));
        Assert.All(look.Descriptors, d => Assert.Equal("loader", d.Process.Comm));
        Assert.Single(look.Namespaces, n => n.Own);
    }

    [Fact]
    public void What_may_not_be_read_is_a_gap_and_not_an_absence()
    {
        _kernel.LoadForeign("fw", 10);
        var observer = new SimulatedObserver(_kernel);
        observer.RefuseProcess(10);

        var look = observer.Observe(CancellationToken.None);
        observer.CloseGaps();
        var clear = observer.Observe(CancellationToken.None);

        Assert.False(look.Coverage.Holders.Complete);
        Assert.Equal(13, Assert.Single(look.Coverage.Holders.Gaps).Errno);
        Assert.Empty(look.Descriptors);
        Assert.True(look.Coverage.Programs.Complete);
        Assert.True(clear.Coverage.Holders.Complete);
        Assert.Single(clear.Descriptors);
    }

    [Fact]
    public void What_vanishes_while_the_look_is_under_way_is_in_the_parts_read_before()
    {
        var at = _kernel.AddInterface(_kernel.OwnNetns, "eth0");
        _kernel.AttachLinkForeign(_kernel.LoadForeign("fw", 10), at, 10);
        var observer = new SimulatedObserver(_kernel) { BeforePart = part => { if (part == "links") { _kernel.CloseAll(10); } } };

        var look = observer.Observe(CancellationToken.None);

        Assert.Single(look.Programs);
        Assert.Empty(look.Links);
        Assert.All(look.Coverage.Parts(), p => Assert.True(p.Part.Complete));
    }

    [Fact]
    public async Task An_armed_refusal_strikes_once()
    {
        await using var executor = new SimulatedExecutor(_kernel);
        executor.Faults.FailNext(SimulatedCall.Load, 12);

        var first = await executor.LoadAsync(Loading(), Op(), CancellationToken.None);
        var second = await executor.LoadAsync(Loading(), Op(), CancellationToken.None);

        Assert.Equal((OutcomeKind.Failed, "ENOMEM"), (first.Kind, first.Error!.ErrnoName));
        Assert.Equal(OutcomeKind.Succeeded, second.Kind);
    }

    [Fact]
    public async Task A_lying_executor_reports_what_the_kernel_does_not_have()
    {
        await using var executor = new SimulatedExecutor(_kernel);
        var at = _kernel.AddInterface(_kernel.OwnNetns, "eth0");
        var program = _kernel.LoadForeign("fw", 10);
        var link = _kernel.AttachLinkForeign(program, at, 10);
        executor.Faults.LieNext(SimulatedCall.Load);
        executor.Faults.LieNext(SimulatedCall.Detach);

        var loaded = await executor.LoadAsync(Loading(), Op(), CancellationToken.None);
        var detached = await executor.DetachAsync(new() { Link = link }, Op(), CancellationToken.None);

        Assert.Equal((OutcomeKind.Succeeded, OutcomeKind.Succeeded), (loaded.Kind, detached.Kind));
        Assert.DoesNotContain(loaded.Value!.Id, _kernel.Programs);
        Assert.Single(_kernel.InForce(at)!);
    }

    [Fact]
    public async Task A_hanging_call_goes_on_when_it_is_released()
    {
        await using var executor = new SimulatedExecutor(_kernel);
        var hang = executor.Faults.HangNext(SimulatedCall.Load);

        var call = executor.LoadAsync(Loading(), Op(), CancellationToken.None).AsTask();
        await hang.Reached;
        Assert.False(call.IsCompleted);
        Assert.Empty(_kernel.Programs);
        hang.Release();

        Assert.Equal(OutcomeKind.Succeeded, (await call).Kind);
        Assert.Single(_kernel.Programs);
    }

    [Fact]
    public async Task A_broken_executor_throws()
    {
        await using var executor = new SimulatedExecutor(_kernel);
        executor.Faults.ThrowNext(SimulatedCall.Unload);

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await executor.UnloadAsync(new(new(new(1), 1), []), Op(), CancellationToken.None));
    }

    private static OperationContext Op() => new() { OperationId = new(Guid.CreateVersion7().ToString("N")) };

    private Observation Look() => new SimulatedObserver(_kernel).Observe(CancellationToken.None);

    private LoadRequest Loading() =>
        new() { ObjectPath = "/o", ObjectSha256 = _kernel.AddObject("/o", new() { Programs = ["fw"] }), Program = "fw" };
}
