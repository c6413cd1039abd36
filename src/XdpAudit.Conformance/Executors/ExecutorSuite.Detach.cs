using XdpAudit.Abstractions;

namespace XdpAudit.Conformance;

public sealed partial class ExecutorSuite
{
    [Promise]
    internal async Task A_detached_link_that_the_executor_held_is_gone_and_its_program_stays()
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        if (await LacksLinksAsync(program, at))
        {
            return;
        }

        var attached = await LinkedAsync(program, at);

        var outcome = await DetachAsync(new() { Link = attached.Link });

        Done(outcome);
        Check.Empty(World.InForce(at));
        await EventuallyAsync(() => World.Link(attached.Link!.Value) is null, "the link is gone");
        Check.NotNull(World.Program(program.Id));
    }

    [Promise]
    internal async Task A_detached_link_that_is_pinned_stays_defunct_and_keeps_its_program()
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        var pin = World.Pin("link");
        var attached = await LinkedAsync(program, at, pin: pin);

        Done(await DetachAsync(new() { Link = attached.Link }));
        var unloaded = Done(await UnloadAsync(program));

        Check.Empty(World.InForce(at));
        Check.Equal((program.Id, 0u), World.Link(attached.Link!.Value));
        Check.False(unloaded.Gone);
        Check.NotNull(World.Program(program.Id));
    }

    [Promise]
    internal async Task A_link_detached_twice_is_already_detached()
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        var pin = World.Pin("link");
        var attached = await LinkedAsync(program, at, pin: pin);
        Done(await DetachAsync(new() { Link = attached.Link }));

        var defunct = await DetachAsync(new() { Link = attached.Link });
        World.ForeignUnpin(pin);
        await EventuallyAsync(() => World.Link(attached.Link!.Value) is null, "the link is gone");
        var gone = await DetachAsync(new() { Link = attached.Link });

        Done(defunct, OutcomeKind.AlreadyApplied);
        Done(gone, OutcomeKind.AlreadyApplied);
    }

    [Promise]
    internal async Task A_link_of_another_holder_is_detached_and_stays_defunct_with_it()
    {
        var other = World.StartOther();
        var program = await LoadedAsync(by: other);
        var at = World.Interface();
        var attached = await LinkedAsync(program, at, by: other);

        Done(await DetachAsync(new() { Link = attached.Link }));

        Check.Empty(World.InForce(at));
        Check.Equal((program.Id, 0u), World.Link(attached.Link!.Value));
    }

    [Promise(XdpMode.Native)]
    [Promise(XdpMode.Generic)]
    internal async Task A_netlink_attachment_is_detached_in_its_mode(XdpMode mode)
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        await AttachedAsync(program, at, mode, byNetlink: true);

        var outcome = await DetachAsync(new() { Interface = at, Mode = mode, ExpectedOld = program.Id });

        Done(outcome);
        Check.Empty(World.InForce(at));
    }

    [Promise(XdpMode.Native)]
    [Promise(XdpMode.Generic)]
    internal async Task A_netlink_attachment_is_detached_in_whatever_mode_it_is_when_none_is_named(XdpMode mode)
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        await AttachedAsync(program, at, mode, byNetlink: true);

        var outcome = await DetachAsync(new() { Interface = at });

        Done(outcome);
        Check.Empty(World.InForce(at));
    }

    // The kernel says 0 to the removal of nothing, and ip link set dev X xdpgeneric off leaves a native program where it is.
    [Promise(XdpMode.Native, XdpMode.Generic)]
    [Promise(XdpMode.Generic, XdpMode.Native)]
    internal async Task A_netlink_detach_in_the_wrong_mode_is_refused_and_removes_nothing(XdpMode attached, XdpMode asked)
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        await AttachedAsync(program, at, attached, byNetlink: true);

        World.ForeignNetlinkOff(at, asked);
        var outcome = await DetachAsync(new() { Interface = at, Mode = asked });

        Check.Contains($"is attached {attached.Text()}", Refused(outcome, ErrorCode.Unexpected).Message, StringComparison.Ordinal);
        Check.Equal([new(attached, program.Id)], World.InForce(at));
    }

    [Promise]
    internal async Task Without_a_mode_a_generic_program_is_not_removed_by_the_kernel_where_the_driver_could()
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        await AttachedAsync(program, at, XdpMode.Generic, byNetlink: true);

        World.ForeignNetlinkOff(at, XdpMode.Unknown);

        Check.Equal([new(XdpMode.Generic, program.Id)], World.InForce(at));
    }

    [Promise]
    internal async Task A_netlink_detach_does_not_remove_another_program_than_expected()
    {
        var program = await LoadedAsync();
        var other = await LoadedAsync(program: World.Good.Other);
        var at = World.Interface();
        await AttachedAsync(program, at, byNetlink: true);

        var outcome = await DetachAsync(new() { Interface = at, Mode = XdpMode.Native, ExpectedOld = other.Id });

        Check.Contains($"program {program.Id}", Refused(outcome, ErrorCode.Unexpected).Message, StringComparison.Ordinal);
        Check.Equal([new(XdpMode.Native, program.Id)], World.InForce(at));
    }

    [Promise]
    internal async Task A_netlink_detach_over_a_link_is_busy_and_names_the_link()
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        var attached = await LinkedAsync(program, at);

        var outcome = await DetachAsync(new() { Interface = at, Mode = XdpMode.Native });

        var error = Refused(outcome, ErrorCode.Busy);
        Check.Equal(("EBUSY", "Can't replace active BPF XDP link"), (error.ErrnoName, error.ExtAck));
        Check.Contains($"link {attached.Link}", error.Message, StringComparison.Ordinal);
        Check.Equal([new(XdpMode.Native, program.Id)], World.InForce(at));
    }

    [Promise]
    internal async Task An_interface_without_a_program_is_already_detached()
    {
        var outcome = await DetachAsync(new() { Interface = World.Interface(), Mode = XdpMode.Native });

        Done(outcome, OutcomeKind.AlreadyApplied);
    }

    [Promise]
    internal async Task A_netlink_detach_at_an_interface_that_is_gone_says_so()
    {
        var at = World.Interface();
        World.DeleteInterface(at);

        var outcome = await DetachAsync(new() { Interface = at, Mode = XdpMode.Native });

        Refused(outcome, ErrorCode.InterfaceNotFound);
    }

    [Promise]
    internal async Task A_detach_of_nothing_is_rejected()
    {
        Refused(await DetachAsync(new()), ErrorCode.NotFound);
    }

    [Promise]
    internal async Task A_detach_repeated_with_its_operation_id_does_not_detach_what_was_attached_since()
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        await AttachedAsync(program, at, byNetlink: true);
        var context = Op();
        Done(await Executor.DetachAsync(new() { Interface = at }, context, Never));
        await AttachedAsync(program, at, byNetlink: true);

        var repeated = await Executor.DetachAsync(new() { Interface = at }, context, Never);

        Done(repeated, OutcomeKind.AlreadyApplied);
        Check.Equal([new(XdpMode.Native, program.Id)], World.InForce(at));
    }
}
