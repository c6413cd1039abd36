using XdpAudit.Abstractions;

namespace XdpAudit.Conformance;

public sealed partial class ExecutorSuite
{
    [Promise]
    internal async Task A_link_takes_another_program_and_lets_go_of_the_old_one()
    {
        var old = await LoadedAsync();
        var next = await LoadedAsync(program: World.Good.Other);
        var at = World.Interface();
        var attached = await LinkedAsync(old, at, XdpMode.Generic);
        if (await LacksAsync(ExecutorCapability.LinkUpdate, at, async () => Sent(await Executor.UpdateLinkAsync(new(attached.Link!.Value, Ref(next), old.Id), Op(), Never))))
        {
            return;
        }

        var outcome = Sent(await Executor.UpdateLinkAsync(new(attached.Link!.Value, Ref(next), old.Id), Op(), Never));
        var unloaded = await UnloadAsync(old);

        Check.Equal((attached.Link, next.Id, XdpMode.Generic), (Done(outcome).Link, outcome.Value!.Program, outcome.Value.Mode));
        Check.Equal([new(XdpMode.Generic, next.Id)], World.InForce(at));
        Check.Equal((next.Id, at.IfIndex.Value), World.Link(attached.Link.Value));
        Check.True(Done(unloaded).Gone);
    }

    [Promise]
    internal async Task A_link_that_holds_another_program_than_expected_keeps_it()
    {
        var old = await LoadedAsync();
        var next = await LoadedAsync(program: World.Good.Other);
        var at = World.Interface();
        var attached = await LinkedAsync(old, at);
        if (await LacksAsync(ExecutorCapability.LinkUpdate, at, async () => Sent(await Executor.UpdateLinkAsync(new(attached.Link!.Value, Ref(next), next.Id), Op(), Never))))
        {
            return;
        }

        var outcome = Sent(await Executor.UpdateLinkAsync(new(attached.Link!.Value, Ref(next), next.Id), Op(), Never));

        var error = Refused(outcome, ErrorCode.Unexpected);
        Check.Equal("EPERM", error.ErrnoName);
        Check.Contains($"holds program {old.Id}", error.Message, StringComparison.Ordinal);
        Check.Equal([new(XdpMode.Native, old.Id)], World.InForce(at));
    }

    [Promise]
    internal async Task A_defunct_link_takes_no_program()
    {
        var old = await LoadedAsync();
        var next = await LoadedAsync(program: World.Good.Other);
        var at = World.Interface();
        var attached = await LinkedAsync(old, at, pin: World.Pin("link"));
        Done(await DetachAsync(new() { Link = attached.Link }));
        if (await LacksAsync(ExecutorCapability.LinkUpdate, at, async () => Sent(await Executor.UpdateLinkAsync(new(attached.Link!.Value, Ref(next), null), Op(), Never))))
        {
            return;
        }

        var outcome = Sent(await Executor.UpdateLinkAsync(new(attached.Link!.Value, Ref(next), null), Op(), Never));

        Check.Equal("ENOLINK", Refused(outcome, ErrorCode.Defunct).ErrnoName);
    }

    [Promise]
    internal async Task A_link_or_program_that_is_gone_cannot_be_updated()
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        var attached = await LinkedAsync(program, at);
        if (await LacksAsync(ExecutorCapability.LinkUpdate, at, async () => Sent(await Executor.UpdateLinkAsync(new(attached.Link!.Value, Ref(program), null), Op(), Never))))
        {
            return;
        }

        var noLink = Sent(await Executor.UpdateLinkAsync(new(new(2_000_000_000), Ref(program), null), Op(), Never));
        var noProgram = Sent(await Executor.UpdateLinkAsync(new(attached.Link!.Value, new(new(2_000_000_000), 1), null), Op(), Never));

        Refused(noLink, ErrorCode.NotFound);
        Refused(noProgram, ErrorCode.NotFound);
    }

    [Promise]
    internal async Task Another_executors_link_is_updated_and_its_mode_is_said_to_be_unknown()
    {
        var other = World.StartOther();
        var program = await LoadedAsync(by: other);
        var at = World.Interface();
        var attached = await LinkedAsync(program, at, by: other);
        var next = await LoadedAsync();
        if (await LacksAsync(ExecutorCapability.LinkUpdate, at, async () => Sent(await Executor.UpdateLinkAsync(new(attached.Link!.Value, Ref(next), null), Op(), Never))))
        {
            return;
        }

        var outcome = Sent(await Executor.UpdateLinkAsync(new(attached.Link!.Value, Ref(next), null), Op(), Never));

        Check.Equal((XdpMode.Unknown, Persistence.Elsewhere), (Done(outcome).Mode, outcome.Value!.Persistence));
        Check.Single(outcome.Warnings);
    }

    [Promise]
    internal async Task A_deleted_interface_leaves_its_link_defunct_with_its_program()
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        var attached = await LinkedAsync(program, at);

        World.DeleteInterface(at);

        await EventuallyAsync(() => World.Link(attached.Link!.Value) is { IfIndex: 0 }, "the link is defunct");
        Check.Equal(program.Id, World.Link(attached.Link!.Value)!.Value.Program);
        Done(await DetachAsync(new() { Link = attached.Link }), OutcomeKind.AlreadyApplied);
        if (Can(ExecutorCapability.AttachByLink))
        {
            await EventuallyAsync(() => World.Link(attached.Link!.Value) is null, "the executor let go of it");
        }
    }

    [Promise]
    internal async Task A_deleted_namespace_leaves_its_links_defunct()
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        var attached = await LinkedAsync(program, at);

        World.DeleteNetns(at);

        await EventuallyAsync(() => World.Link(attached.Link!.Value) is { IfIndex: 0 }, "the link is defunct");
    }

    [Promise]
    internal async Task A_deleted_interface_takes_its_netlink_attachment_and_the_program_with_it()
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        await AttachedAsync(program, at, byNetlink: true);
        Check.False(Done(await UnloadAsync(program)).Gone);

        World.DeleteInterface(at);

        await EventuallyAsync(() => World.Program(program.Id) is null, "the program is gone");
    }

    [Promise]
    internal async Task A_moved_interface_takes_its_link_along()
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        var attached = await LinkedAsync(program, at);

        var moved = World.Move(at, World.Interface());

        Check.Equal([new(XdpMode.Native, program.Id)], World.InForce(moved));
        Check.Equal((program.Id, moved.IfIndex.Value), World.Link(attached.Link!.Value));
        Done(await DetachAsync(new() { Link = attached.Link }));
        Check.Empty(World.InForce(moved));
    }

    [Promise]
    internal async Task A_renamed_interface_keeps_its_link()
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        var attached = await LinkedAsync(program, at);

        var renamed = World.Rename(at, "other");

        Check.Equal([new(XdpMode.Native, program.Id)], World.InForce(renamed));
        Check.Equal((program.Id, at.IfIndex.Value), World.Link(attached.Link!.Value));
    }

    [Promise]
    internal async Task Netlink_without_flags_replaces_what_netlink_attached_and_nobody_is_told()
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        await AttachedAsync(program, at, byNetlink: true);
        Done(await UnloadAsync(program));
        var pin = World.Pin("other");
        var other = await LoadedAsync(pin, World.Good.Other);

        World.ForeignNetlink(other.Id, pin, at, XdpMode.Native);

        Check.Equal([new(XdpMode.Native, other.Id)], World.InForce(at));
        await EventuallyAsync(() => World.Program(program.Id) is null, "the old program is gone");
    }
}
