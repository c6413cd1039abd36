using XdpAudit.Abstractions;

namespace XdpAudit.Conformance;

public sealed partial class ExecutorSuite
{
    [Promise(XdpMode.Native, XdpMode.Native)]
    [Promise(XdpMode.Generic, XdpMode.Generic)]
    [Promise(XdpMode.Unknown, XdpMode.Native)]
    internal async Task A_program_attached_by_a_link_is_in_force_in_the_mode_answered(XdpMode asked, XdpMode inForce)
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        if (await LacksLinksAsync(program, at))
        {
            return;
        }

        var attached = await LinkedAsync(program, at, asked);

        Check.Equal((program.Id, inForce, Persistence.ProcessBound), (attached.Program, attached.Mode, attached.Persistence));
        Check.Equal([new(inForce, program.Id)], World.InForce(at));
        Check.Equal((program.Id, at.IfIndex.Value), World.Link(attached.Link!.Value));
    }

    [Promise(XdpMode.Native, XdpMode.Native)]
    [Promise(XdpMode.Generic, XdpMode.Generic)]
    [Promise(XdpMode.Unknown, XdpMode.Native)]
    internal async Task A_program_attached_by_netlink_has_no_link_and_belongs_to_the_interface(XdpMode asked, XdpMode inForce)
    {
        var program = await LoadedAsync();
        var at = World.Interface();

        var attached = await AttachedAsync(program, at, asked, byNetlink: true);
        await Executor.DisposeAsync();

        Check.Equal((null, inForce, Persistence.Interface), (attached.Link, attached.Mode, attached.Persistence));
        Check.Equal([new(inForce, program.Id)], World.InForce(at));
        Check.NotNull(World.Program(program.Id));
    }

    [Promise(false)]
    [Promise(true)]
    internal async Task Where_the_driver_cannot_the_kernel_is_left_to_choose_generic(bool byNetlink)
    {
        var program = await LoadedAsync();
        var at = World.Interface("bridge");
        if (!byNetlink && await LacksLinksAsync(program, at))
        {
            return;
        }

        var attached = await AttachedAsync(program, at, XdpMode.Unknown, byNetlink);

        Check.Equal(XdpMode.Generic, attached.Mode);
    }

    [Promise(false)]
    [Promise(true)]
    internal async Task Native_where_the_driver_cannot_is_unsupported_and_changes_nothing(bool byNetlink)
    {
        var program = await LoadedAsync();
        var at = World.Interface("bridge");
        if (!byNetlink && await LacksLinksAsync(program, at))
        {
            return;
        }

        var outcome = await AttachAsync(Attaching(program, at, XdpMode.Native, byNetlink));

        Check.Contains("try generic", Refused(outcome, ErrorCode.Unsupported, OutcomeKind.Unsupported).Message, StringComparison.Ordinal);
        Check.Empty(World.InForce(at));
    }

    [Promise]
    internal async Task Offload_is_not_declared_and_unsupported()
    {
        var program = await LoadedAsync();

        var outcome = await AttachAsync(Attaching(program, World.Interface(), XdpMode.Offload));

        Refused(outcome, ErrorCode.Unsupported, OutcomeKind.Unsupported);
    }

    [Promise]
    internal async Task A_link_without_a_pin_goes_with_the_executor_and_detaches()
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        if (await LacksLinksAsync(program, at))
        {
            return;
        }

        var attached = await LinkedAsync(program, at);

        await Executor.DisposeAsync();

        await EventuallyAsync(() => World.Link(attached.Link!.Value) is null, "the link is gone");
        Check.Empty(World.InForce(at));
    }

    [Promise]
    internal async Task A_pinned_link_stays_attached_when_the_executor_goes_and_keeps_the_program()
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        var pin = World.Pin("links/one");
        if (await LacksLinksAsync(program, at, pin))
        {
            return;
        }

        var attached = await LinkedAsync(program, at, pin: pin);
        await Executor.DisposeAsync();

        Check.Equal((Persistence.Pinned, pin), (attached.Persistence, attached.Pin!.Value));
        Check.Equal([new(XdpMode.Native, program.Id)], World.InForce(at));
        Check.Equal((program.Id, at.IfIndex.Value), World.Link(attached.Link!.Value));
    }

    // Each way of attaching over each other way: errno as the kernel gives it, and the words for what is there.
    [Promise(false, XdpMode.Native, false, XdpMode.Native, 16)]
    [Promise(false, XdpMode.Native, false, XdpMode.Generic, 17)]
    [Promise(false, XdpMode.Native, true, XdpMode.Native, 16)]
    [Promise(false, XdpMode.Native, true, XdpMode.Generic, 17)]
    [Promise(false, XdpMode.Generic, false, XdpMode.Generic, 16)]
    [Promise(false, XdpMode.Generic, false, XdpMode.Native, 17)]
    [Promise(false, XdpMode.Generic, true, XdpMode.Generic, 16)]
    [Promise(false, XdpMode.Generic, true, XdpMode.Native, 17)]
    [Promise(true, XdpMode.Native, false, XdpMode.Native, 16)]
    [Promise(true, XdpMode.Native, false, XdpMode.Generic, 17)]
    [Promise(true, XdpMode.Native, true, XdpMode.Native, 16)]
    [Promise(true, XdpMode.Native, true, XdpMode.Generic, 17)]
    [Promise(true, XdpMode.Generic, false, XdpMode.Generic, 16)]
    [Promise(true, XdpMode.Generic, false, XdpMode.Native, 17)]
    [Promise(true, XdpMode.Generic, true, XdpMode.Generic, 16)]
    [Promise(true, XdpMode.Generic, true, XdpMode.Native, 17)]
    internal async Task An_occupied_interface_is_busy_and_what_is_there_is_named_and_left_alone(bool firstByNetlink, XdpMode first, bool thenByNetlink, XdpMode then, int errno)
    {
        var there = await LoadedAsync();
        var other = await LoadedAsync(program: World.Good.Other);
        var at = World.Interface();
        var attached = firstByNetlink ? await AttachedAsync(there, at, first, byNetlink: true) : await LinkedAsync(there, at, first);
        if (!thenByNetlink && await LacksLinksAsync(other, at))
        {
            return;
        }

        var outcome = await AttachAsync(Attaching(other, at, then, thenByNetlink));

        var error = Refused(outcome, ErrorCode.Busy);
        Check.Equal(errno, error.Errno);
        var by = firstByNetlink ? "netlink" : $"link {attached.Link}";
        Check.Contains($"program {there.Id} ('{there.Name}') is attached {first.Text()} by {by}", error.Message, StringComparison.Ordinal);
        Check.Equal([new(first, there.Id)], World.InForce(at));
        Check.Equal(thenByNetlink, error.ExtAck is not null);
    }

    [Promise]
    internal async Task Netlink_replaces_the_program_that_was_expected()
    {
        var old = await LoadedAsync();
        var next = await LoadedAsync(program: World.Good.Other);
        var at = World.Interface();
        await AttachedAsync(old, at, byNetlink: true);
        if (await LacksAsync(ExecutorCapability.AttachExpected, at, () => AttachAsync(Attaching(next, at, byNetlink: true, expectedOld: old.Id))))
        {
            return;
        }

        var outcome = await AttachAsync(Attaching(next, at, byNetlink: true, expectedOld: old.Id));

        Check.Equal(next.Id, Done(outcome).Program);
        Check.Equal([new(XdpMode.Native, next.Id)], World.InForce(at));
    }

    [Promise]
    internal async Task Netlink_does_not_replace_another_program_than_expected()
    {
        var old = await LoadedAsync();
        var next = await LoadedAsync(program: World.Good.Other);
        var at = World.Interface();
        await AttachedAsync(old, at, byNetlink: true);
        if (await LacksAsync(ExecutorCapability.AttachExpected, at, () => AttachAsync(Attaching(next, at, byNetlink: true, expectedOld: next.Id))))
        {
            return;
        }

        var outcome = await AttachAsync(Attaching(next, at, byNetlink: true, expectedOld: next.Id));

        var error = Refused(outcome, ErrorCode.Unexpected);
        Check.Equal(("EEXIST", "Active program does not match expected"), (error.ErrnoName, error.ExtAck));
        Check.Contains($"program {old.Id}", error.Message, StringComparison.Ordinal);
        Check.Equal([new(XdpMode.Native, old.Id)], World.InForce(at));
    }

    [Promise]
    internal async Task Netlink_does_not_replace_where_the_expected_program_is_attached_in_another_mode()
    {
        var old = await LoadedAsync();
        var next = await LoadedAsync(program: World.Good.Other);
        var at = World.Interface();
        await AttachedAsync(old, at, XdpMode.Generic, byNetlink: true);
        if (await LacksAsync(ExecutorCapability.AttachExpected, at, () => AttachAsync(Attaching(next, at, XdpMode.Native, byNetlink: true, expectedOld: old.Id))))
        {
            return;
        }

        var outcome = await AttachAsync(Attaching(next, at, XdpMode.Native, byNetlink: true, expectedOld: old.Id));

        Refused(outcome, ErrorCode.Unexpected);
        Check.Equal([new(XdpMode.Generic, old.Id)], World.InForce(at));
    }

    [Promise]
    internal async Task Netlink_does_not_replace_a_link()
    {
        var old = await LoadedAsync();
        var next = await LoadedAsync(program: World.Good.Other);
        var at = World.Interface();
        await LinkedAsync(old, at);
        if (await LacksAsync(ExecutorCapability.AttachExpected, at, () => AttachAsync(Attaching(next, at, byNetlink: true, expectedOld: old.Id))))
        {
            return;
        }

        var outcome = await AttachAsync(Attaching(next, at, byNetlink: true, expectedOld: old.Id));

        var error = Refused(outcome, ErrorCode.Busy);
        Check.Equal("Can't replace active BPF XDP link", error.ExtAck);
        Check.Equal([new(XdpMode.Native, old.Id)], World.InForce(at));
    }

    [Promise]
    internal async Task An_expected_program_that_is_gone_is_unexpected()
    {
        var next = await LoadedAsync();
        var at = World.Interface();
        if (await LacksAsync(ExecutorCapability.AttachExpected, at, () => AttachAsync(Attaching(next, at, byNetlink: true, expectedOld: new(2_000_000_000)))))
        {
            return;
        }

        var outcome = await AttachAsync(Attaching(next, at, byNetlink: true, expectedOld: new(2_000_000_000)));

        Refused(outcome, ErrorCode.Unexpected);
        Check.Empty(World.InForce(at));
    }

    [Promise]
    internal async Task A_netlink_attachment_cannot_be_pinned_and_a_link_replaces_nothing()
    {
        var program = await LoadedAsync();
        var at = World.Interface();

        var pinned = await AttachAsync(Attaching(program, at, byNetlink: true, pin: World.Pin("x")));
        var replacing = await AttachAsync(Attaching(program, at, byNetlink: false, expectedOld: program.Id));

        Refused(pinned, ErrorCode.Unsupported);
        Refused(replacing, ErrorCode.Unsupported, Can(ExecutorCapability.AttachByLink) ? OutcomeKind.Rejected : OutcomeKind.Unsupported);
        Check.Empty(World.InForce(at));
    }

    [Promise(false)]
    [Promise(true)]
    internal async Task An_interface_that_is_gone_is_not_found(bool byNetlink)
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        World.DeleteInterface(at);
        if (!byNetlink && await LacksLinksAsync(program, at))
        {
            return;
        }

        var outcome = await AttachAsync(Attaching(program, at, byNetlink: byNetlink));

        var error = Refused(outcome, ErrorCode.InterfaceNotFound);
        Check.Equal("ENODEV", error.ErrnoName);
        Check.Contains("'va'", error.Message, StringComparison.Ordinal);
    }

    [Promise]
    internal async Task A_namespace_that_is_gone_is_not_found()
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        World.DeleteNetns(at);

        var outcome = await AttachAsync(Attaching(program, at));

        Refused(outcome, ErrorCode.NamespaceNotFound);
    }

    [Promise]
    internal async Task A_path_that_leads_to_another_namespace_is_refused()
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        var elsewhere = World.Interface();

        var outcome = await AttachAsync(Attaching(program, at with { NetnsPath = elsewhere.NetnsPath }));

        var error = Refused(outcome, ErrorCode.NamespaceNotFound);
        Check.Contains(at.Netns.ToString(), error.Message, StringComparison.Ordinal);
        Check.Contains(elsewhere.Netns.ToString(), error.Message, StringComparison.Ordinal);
        Check.Empty(World.InForce(elsewhere));
    }

    [Promise]
    internal async Task The_executors_own_namespace_is_not_taken_for_another()
    {
        var program = await LoadedAsync();
        var at = World.Interface();

        var outcome = await AttachAsync(Attaching(program, at with { NetnsPath = null }));

        Refused(outcome, ErrorCode.NamespaceNotFound);
    }

    [Promise]
    internal async Task An_interface_number_with_another_name_is_refused()
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        World.Rename(at, "other");

        var outcome = await AttachAsync(Attaching(program, at));

        Check.Contains("'other'", Refused(outcome, ErrorCode.Unexpected).Message, StringComparison.Ordinal);
        Check.Empty(World.InForce(at with { Name = "other" }));
    }

    [Promise]
    internal async Task A_program_that_is_gone_or_whose_number_was_given_again_is_not_found()
    {
        var program = await LoadedAsync();
        var at = World.Interface();

        var gone = await AttachAsync(Attaching(program with { Id = new(2_000_000_000) }, at));
        var another = await AttachAsync(Attaching(program with { LoadedNs = program.LoadedNs + 1 }, at));

        Refused(gone, ErrorCode.NotFound);
        Refused(another, ErrorCode.NotFound);
        Check.Empty(World.InForce(at));
    }

    [Promise]
    internal async Task An_attach_whose_pin_path_is_taken_is_refused_and_not_attached()
    {
        var pin = World.Pin("taken");
        var program = await LoadedAsync(pin);
        var at = World.Interface();
        if (await LacksLinksAsync(program, at, pin))
        {
            return;
        }

        var outcome = await AttachAsync(Attaching(program, at, byNetlink: false, pin: pin));

        Check.Contains($"program {program.Id} is there", Refused(outcome, ErrorCode.Busy).Message, StringComparison.Ordinal);
        Check.Empty(World.InForce(at));
    }

    [Promise]
    internal async Task An_attach_repeated_with_its_operation_id_attaches_once()
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        var context = Op();
        var first = Done(await Executor.AttachAsync(Attaching(program, at), context, Never));

        var repeats = await Task.WhenAll(Enumerable.Range(0, 9).Select(_ => Executor.AttachAsync(Attaching(program, at), context, Never).AsTask()));

        Check.All(repeats, r => Check.Equal(first, Done(r, OutcomeKind.AlreadyApplied)));
    }

    [Promise]
    internal async Task One_program_may_be_attached_to_several_interfaces()
    {
        var program = await LoadedAsync();
        var (one, two) = (World.Interface(), World.Interface());

        var first = await AttachedAsync(program, one);
        var second = await AttachedAsync(program, two, XdpMode.Generic);

        Check.True(first.Link is null || first.Link != second.Link);
        Check.Equal([new(XdpMode.Native, program.Id)], World.InForce(one));
        Check.Equal([new(XdpMode.Generic, program.Id)], World.InForce(two));
    }
}
