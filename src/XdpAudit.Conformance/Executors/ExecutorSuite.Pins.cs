using XdpAudit.Abstractions;

namespace XdpAudit.Conformance;

public sealed partial class ExecutorSuite
{
    [Promise]
    internal async Task A_program_a_link_and_a_map_are_pinned_found_by_their_pins_and_unpinned()
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        var attached = await LinkedAsync(program, at);
        if (await LacksPinsAsync(program, at))
        {
            return;
        }

        (string Kind, uint Id)[] objects =
            [(ObjectKind.Program, program.Id.Value), (ObjectKind.Link, attached.Link!.Value.Value), (ObjectKind.Map, program.MapIds[0].Value)];

        foreach (var (kind, id) in objects)
        {
            var path = World.Pin($"deep/{kind}");
            var pinned = Sent(await Executor.PinAsync(new(kind, id, path), Op(), Never));
            var again = Sent(await Executor.PinAsync(new(kind, id, path), Op(), Never));
            var adopted = Sent(await Executor.AdoptAsync(new(path), Op(), Never));
            Check.True(World.PinExists(path));
            var unpinned = Sent(await Executor.UnpinAsync(new(kind, id, path), Op(), Never));
            var unpinnedAgain = Sent(await Executor.UnpinAsync(new(kind, id, path), Op(), Never));

            Check.Equal(path, Done(pinned).Path);
            Done(again, OutcomeKind.AlreadyApplied);
            if (Can(ExecutorCapability.Adopt))
            {
                Check.Equal(new AdoptedObject(kind, id, path), Done(adopted));
            }
            else
            {
                Refused(adopted, ErrorCode.Unsupported, OutcomeKind.Unsupported);
            }

            Done(unpinned);
            Done(unpinnedAgain, OutcomeKind.AlreadyApplied);
            Check.False(World.PinExists(path));
        }
    }

    [Promise]
    internal async Task A_pin_of_another_object_is_not_removed()
    {
        var (path, other) = (World.Pin("one"), World.Pin("two"));
        var program = await LoadedAsync(path);
        var second = await LoadedAsync(other, World.Good.Other);
        if (await LacksPinsAsync(second, World.Interface()))
        {
            return;
        }

        var outcome = Sent(await Executor.UnpinAsync(new(ObjectKind.Program, second.Id.Value, path), Op(), Never));
        var kind = Sent(await Executor.UnpinAsync(new(ObjectKind.Link, program.Id.Value, path), Op(), Never));

        Check.Contains($"it holds program {program.Id}", Refused(outcome, ErrorCode.Unexpected).Message, StringComparison.Ordinal);
        Refused(kind, ErrorCode.Unexpected);
        Check.True(World.PinExists(path));
    }

    [Promise]
    internal async Task A_taken_path_an_object_that_is_gone_and_a_kind_that_is_none_are_not_pinned()
    {
        var path = World.Pin("one");
        var program = await LoadedAsync(path);
        var second = await LoadedAsync(program: World.Good.Other);
        if (await LacksPinsAsync(second, World.Interface()))
        {
            return;
        }

        var taken = Sent(await Executor.PinAsync(new(ObjectKind.Program, second.Id.Value, path), Op(), Never));
        var gone = Sent(await Executor.PinAsync(new(ObjectKind.Program, 2_000_000_000, World.Pin("two")), Op(), Never));
        var kind = Sent(await Executor.PinAsync(new("socket", 1, World.Pin("two")), Op(), Never));

        Check.Contains($"program {program.Id} is there", Refused(taken, ErrorCode.Busy).Message, StringComparison.Ordinal);
        Refused(gone, ErrorCode.NotFound);
        Refused(kind, ErrorCode.Unsupported);
        Check.False(World.PinExists(World.Pin("two")));
    }

    [Promise]
    internal async Task A_directory_is_a_taken_path_too()
    {
        await LoadedAsync(World.Pin("directory/program"));
        var second = await LoadedAsync(program: World.Good.Other);
        if (await LacksPinsAsync(second, World.Interface()))
        {
            return;
        }

        var outcome = Sent(await Executor.PinAsync(new(ObjectKind.Program, second.Id.Value, World.Pin("directory")), Op(), Never));

        Refused(outcome, ErrorCode.Busy);
    }

    [Promise]
    internal async Task A_pin_that_is_not_there_cannot_be_adopted()
    {
        var path = World.Pin("none");
        if (await LacksAsync(ExecutorCapability.Adopt, World.Interface(), () => AdoptAsync(path)))
        {
            return;
        }

        Refused(await AdoptAsync(path), ErrorCode.NotFound);
    }

    [Promise]
    internal async Task Adopting_keeps_nothing_open()
    {
        var path = World.Pin("one");
        var program = await LoadedAsync(path);
        if (await LacksAsync(ExecutorCapability.Adopt, World.Interface(), () => AdoptAsync(path)))
        {
            return;
        }

        Done(await AdoptAsync(path));

        World.ForeignUnpin(path);

        await EventuallyAsync(() => World.Program(program.Id) is null, "the program is gone with its pin");
    }

    [Promise]
    internal async Task A_call_cancelled_before_it_acts_throws_and_changes_nothing()
    {
        var path = World.Pin("one");
        var program = await LoadedAsync(path);
        var second = await LoadedAsync(program: World.Good.Other);
        var at = World.Interface();
        var attached = await LinkedAsync(program, at);
        var cancelled = new CancellationToken(true);

        Func<Task>[] calls =
        [
            async () => await Executor.LoadAsync(Loading(World.Pin("two"), program: World.Good.Other), Op(), cancelled),
            async () => await Executor.AttachAsync(Attaching(second, World.Interface()), Op(), cancelled),
            .. Can(ExecutorCapability.LinkUpdate) ? (IEnumerable<Func<Task>>)[async () => await Executor.UpdateLinkAsync(new(attached.Link!.Value, Ref(second), null), Op(), cancelled)] : [],
            async () => await Executor.DetachAsync(new() { Link = attached.Link }, Op(), cancelled),
            .. Can(ExecutorCapability.Pin) ? (IEnumerable<Func<Task>>)
            [
                async () => await Executor.PinAsync(new(ObjectKind.Program, second.Id.Value, World.Pin("two")), Op(), cancelled),
                async () => await Executor.UnpinAsync(new(ObjectKind.Program, program.Id.Value, path), Op(), cancelled),
            ] : [],
            async () => await Executor.UnloadAsync(new(Ref(second), []), Op(), cancelled),
        ];

        foreach (var call in calls)
        {
            await Check.ThrowsAsync<OperationCanceledException>(call);
        }

        Check.False(World.PinExists(World.Pin("two")));
        Check.True(World.PinExists(path));
        Check.Equal([new(XdpMode.Native, program.Id)], World.InForce(at));
        Check.Equal(1, World.CountPrograms(World.Good.Other));
    }

    [Promise]
    internal async Task After_it_is_disposed_a_call_is_a_mistake_of_the_caller()
    {
        await Executor.DisposeAsync();
        await Executor.DisposeAsync();

        await Check.ThrowsAsync<ObjectDisposedException>(async () => await Executor.LoadAsync(Loading(), Op(), Never));
    }

    private async Task<Outcome<AdoptedObject>> AdoptAsync(PinPath path) => Sent(await Executor.AdoptAsync(new(path), Op(), Never));

    /// <summary>True where the executor pins nothing that is there; what it loads may have a pin all the same.</summary>
    private Task<bool> LacksPinsAsync(LoadedProgram program, InterfaceRef at) =>
        LacksAsync(ExecutorCapability.Pin, at, async () => Sent(await Executor.PinAsync(new(ObjectKind.Program, program.Id.Value, World.Pin("lacking")), Op(), Never)));
}
