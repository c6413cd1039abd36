namespace XdpAudit.Agent.Tests;

/// <summary>Recorded before the act, carried out, recorded again, and then looked at.</summary>
public sealed class OperationProtocolTests(Database database)
{
    [Fact]
    public async Task An_operation_is_in_the_journal_before_the_executor_is_called_and_its_outcome_before_it_is_answered()
    {
        await using var rig = await Rig.StartAsync(database);
        List<(string Event, int Programs)> seen = [];
        rig.Host.Before = events => seen.AddRange(events.OfType<OperationEvent>().Select(e => (e.GetType().Name, rig.Kernel.Programs.Count)));

        var done = await rig.DoAsync(rig.Load() with { Reason = "ticket 7" });

        Assert.Equal([("OperationRequested", 0), ("OperationSucceeded", 1), ("OperationVerified", 1)], seen);
        Assert.Equal((OperationStates.Verified, "ticket 7", Rig.Alice), (done.State, done.Reason, done.RequestedBy));
        Assert.Equal($"program {done.ProgramId} (pass) is loaded and pinned at {done.Pin}", done.Verification);
    }

    [Fact]
    public async Task What_an_operation_brought_about_is_one_event_with_the_operation_and_whoever_asked_for_it()
    {
        await using var rig = await Rig.StartAsync(database);

        var loaded = await rig.DoAsync(rig.Load());
        var attached = await rig.DoAsync(Rig.Attach(loaded));

        var program = await rig.OneAsync<ProgramLoaded>();
        var link = await rig.OneAsync<LinkCreated>();
        Assert.Equal((loaded.Id, new Actor.Process(Rig.Alice)), (program.Operation!.Value, program.Actor));
        Assert.Equal((attached.Id, new Actor.Process(Rig.Alice)), (link.Operation!.Value, link.Actor));
        Assert.DoesNotContain(await rig.JournalAsync(), e => e is ProgramFound or LinkFound);
    }

    [Fact]
    public async Task What_the_executor_found_done_already_is_verified_like_what_it_did()
    {
        await using var rig = await Rig.StartAsync(database);
        var loaded = await rig.DoAsync(rig.Load());
        var attached = await rig.DoAsync(Rig.Attach(loaded));
        var detach = new OperationRequest { Kind = OperationKinds.LinkDetach, Link = $"{attached.LinkId}" };

        await rig.DoAsync(detach);
        var again = await rig.DoAsync(detach);

        Assert.Equal("Requested AlreadyApplied Verified", await rig.StoryAsync(again.Id));
    }

    [Fact]
    public async Task A_rejection_is_final_and_nothing_was_done()
    {
        await using var rig = await Rig.StartAsync(database);
        rig.Kernel.LoadForeign("other", 77);
        await rig.LookAsync();
        var other = rig.Kernel.Programs[0];
        rig.Kernel.AttachNetlinkForeign(new(other, rig.Auditor.Known.Programs.Keys.Single().LoadedNs), rig.Eth0);
        var loaded = await rig.DoAsync(rig.Load());

        var refused = await rig.DoAsync(Rig.Attach(loaded));

        Assert.Equal(OperationStates.Rejected, refused.State);
        Assert.Equal($"cannot attach to interface 'eth0': program {other} ('other') is attached native by netlink; detach that first", refused.Error!.Message);
        Assert.Equal("Requested Rejected", await rig.StoryAsync(refused.Id));
        Assert.Empty(rig.Kernel.Links);
    }

    [Fact]
    public async Task A_failure_is_verified_by_looking_too()
    {
        await using var rig = await Rig.StartAsync(database);
        rig.Executor.Faults.FailNext(SimulatedCall.Load, 12);

        var failed = await rig.DoAsync(rig.Load());

        Assert.Equal("Requested Failed Verified", await rig.StoryAsync(failed.Id));
        Assert.Equal(("ENOMEM", OperationStates.Verified), (failed.Error!.ErrnoName, failed.State));
        Assert.Equal("as the executor reported, it was not done: the kernel lists no program of it", failed.Verification);
        Assert.Empty(rig.Kernel.Programs);
    }

    [Fact]
    public async Task The_whole_life_of_a_program_by_operations_leaves_nothing()
    {
        await using var rig = await Rig.StartAsync(database);
        var pinned = new PinPath($"{SimulatedKernel.Bpffs}/second");

        var loaded = await rig.DoAsync(rig.Load());
        var other = await rig.DoAsync(rig.Load());
        var attached = await rig.DoAsync(Rig.Attach(loaded));
        List<OperationView> rest =
        [
            await rig.DoAsync(new() { Kind = OperationKinds.ProgramPin, Program = $"{loaded.ProgramId}", Pin = pinned }),
            await rig.DoAsync(new() { Kind = OperationKinds.LinkPin, Link = $"{attached.LinkId}", Pin = new($"{SimulatedKernel.Bpffs}/link") }),
            await rig.DoAsync(new() { Kind = OperationKinds.LinkUpdate, Link = $"{attached.LinkId}", Program = $"{other.ProgramId}" }),
            await rig.DoAsync(new() { Kind = OperationKinds.LinkDetach, Link = $"{attached.LinkId}" }),
            await rig.DoAsync(new() { Kind = OperationKinds.LinkUnpin, Link = $"{attached.LinkId}", Pin = new($"{SimulatedKernel.Bpffs}/link") }),
            await rig.DoAsync(new() { Kind = OperationKinds.LinkUnpin, Link = $"{attached.LinkId}", Pin = attached.Pin }),
            await rig.DoAsync(new() { Kind = OperationKinds.ProgramUnpin, Program = $"{loaded.ProgramId}", Pin = pinned }),
            await rig.DoAsync(new() { Kind = OperationKinds.ProgramUnload, Program = $"{loaded.ProgramId}" }),
            await rig.DoAsync(new() { Kind = OperationKinds.ProgramUnload, Program = $"{other.ProgramId}" }),
        ];

        Assert.All([loaded, other, attached, .. rest], o => Assert.Equal((OperationStates.Verified, null), (o.State, o.Error)));
        Assert.Equal((0, 0, 0), (rig.Kernel.Programs.Count, rig.Kernel.Links.Count, rig.Kernel.Pins.Count));
        Assert.All((await rig.JournalAsync()).OfType<ProgramUnloaded>(), e => Assert.NotNull(e.Operation));
        Assert.DoesNotContain(rig.Auditor.Findings(), f => f.Rule == LeakRule.Vanished);
    }

    [Fact]
    public async Task A_netlink_attachment_is_made_replaced_and_removed_by_naming_the_interface()
    {
        await using var rig = await Rig.StartAsync(database);
        var first = await rig.DoAsync(rig.Load());
        var second = await rig.DoAsync(rig.Load());

        var attached = await rig.DoAsync(Rig.Attach(first) with { ByNetlink = true });
        var replaced = await rig.DoAsync(Rig.Attach(second) with { ByNetlink = true, ExpectedOld = first.ProgramId });
        var detached = await rig.DoAsync(new() { Kind = OperationKinds.LinkDetach, Link = "interface:eth0" });

        Assert.All([attached, replaced, detached], o => Assert.Equal((OperationStates.Verified, null), (o.State, o.Error)));
        Assert.Empty(rig.Kernel.InForce(rig.Eth0)!);
        Assert.Equal(replaced.Id, (await rig.OneAsync<AttachmentReplaced>()).Operation);
        Assert.Equal(detached.Id, (await rig.OneAsync<AttachmentRemoved>()).Operation);
    }

    [Fact]
    public async Task A_caller_that_goes_away_does_not_stop_what_was_begun()
    {
        await using var rig = await Rig.StartAsync(database);
        using var caller = new CancellationTokenSource();
        var hang = rig.Executor.Faults.HangNext(SimulatedCall.Load);

        var operation = rig.Auditor.OperateAsync(rig.Load(), Rig.Alice, caller.Token);
        await hang.Reached;
        await caller.CancelAsync();
        hang.Release();

        Assert.Equal(OperationStates.Verified, (await operation).State);
    }
}
