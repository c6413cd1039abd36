using XdpAudit.Abstractions;

namespace XdpAudit.Conformance;

public sealed partial class ExecutorSuite
{
    [Promise]
    internal async Task An_unloaded_program_that_nothing_else_holds_is_gone()
    {
        var program = await LoadedAsync();

        var outcome = await UnloadAsync(program);

        Check.True(Done(outcome).Gone);
        Check.Null(World.Program(program.Id));
    }

    [Promise]
    internal async Task Unloading_removes_the_pins_that_were_named()
    {
        var (one, two) = (World.Pin("one"), World.Pin("two"));
        var program = await LoadedAsync(one);
        World.ForeignPin(program.Id, two);

        var outcome = await UnloadAsync(Ref(program), one, two);

        Check.True(Done(outcome).Gone);
        Check.False(World.PinExists(one) || World.PinExists(two));
        Check.Null(World.Program(program.Id));
    }

    [Promise]
    internal async Task A_program_that_others_hold_is_not_gone_and_that_is_no_error()
    {
        var pin = World.Pin("theirs");
        var program = await LoadedAsync();
        World.ForeignPin(program.Id, pin);

        var outcome = await UnloadAsync(program);

        Check.False(Done(outcome).Gone);
        Check.Contains("still loaded", Check.Single(outcome.Warnings), StringComparison.Ordinal);
        Check.True(World.PinExists(pin));
        Check.NotNull(World.Program(program.Id));
    }

    [Promise]
    internal async Task An_attached_program_is_not_gone_when_it_is_unloaded()
    {
        var program = await LoadedAsync();
        var at = World.Interface();
        var attached = await AttachedAsync(program, at);

        var first = await UnloadAsync(program);
        Done(await DetachAsync(attached.Link is { } link ? new() { Link = link } : new() { Interface = at }));

        Check.False(Done(first).Gone);
        await EventuallyAsync(() => World.Program(program.Id) is null, "detaching let go of the program");
    }

    [Promise]
    internal async Task A_pin_of_another_program_refuses_the_unload_and_every_pin_stays()
    {
        var (mine, theirs) = (World.Pin("mine"), World.Pin("theirs"));
        var program = await LoadedAsync(mine);
        var other = await LoadedAsync(theirs, World.Good.Other);

        var outcome = await UnloadAsync(Ref(program), mine, theirs);

        Check.Contains($"it holds program {other.Id}", Refused(outcome, ErrorCode.Unexpected).Message, StringComparison.Ordinal);
        Check.True(World.PinExists(mine) && World.PinExists(theirs));
    }

    [Promise]
    internal async Task A_pin_that_is_already_gone_is_a_warning()
    {
        var program = await LoadedAsync();

        var outcome = await UnloadAsync(program, World.Pin("never"));

        Check.True(Done(outcome).Gone);
        Check.Single(outcome.Warnings);
    }

    [Promise]
    internal async Task A_program_that_is_gone_or_whose_number_was_given_again_is_already_unloaded()
    {
        var program = await LoadedAsync();

        var another = await UnloadAsync(Ref(program) with { LoadedNs = program.LoadedNs + 1 });
        var gone = await UnloadAsync(new ProgramRef(new(2_000_000_000), 1));

        Check.True(Done(another, OutcomeKind.AlreadyApplied).Gone);
        Check.True(Done(gone, OutcomeKind.AlreadyApplied).Gone);
        Check.NotNull(World.Program(program.Id));
    }

    [Promise]
    internal async Task A_program_in_a_slot_of_a_pinned_program_array_stays_until_the_arrays_last_pin_goes()
    {
        var array = World.Pin("slots");
        var program = await LoadedAsync();
        World.ForeignProgramArray(array, program.Id);

        var outcome = await UnloadAsync(program);
        World.ForeignUnpin(array);

        Check.False(Done(outcome).Gone);
        await EventuallyAsync(() => World.Program(program.Id) is null, "the array let go of the program");
    }
}
