using System.Security.Cryptography;
using System.Text;
using XdpAudit.Abstractions;

namespace XdpAudit.Conformance;

public sealed partial class ExecutorSuite
{
    [Promise]
    internal async Task It_says_what_it_is_and_can_do()
    {
        var described = await Executor.DescribeAsync(Never);
        var again = await Executor.DescribeAsync(Never);
        var other = await World.Start().DescribeAsync(Never);

        Check.Equal(described.Epoch, again.Epoch);
        Check.NotEqual(described.Epoch, other.Epoch);
        Check.Equal(Capabilities, described.Capabilities);
        Check.NotEmpty(described.Versions["kernel"]);
    }

    [Promise]
    internal async Task The_answer_to_a_load_is_what_the_kernel_says_of_the_program()
    {
        var loaded = await LoadedAsync();

        var seen = World.Program(loaded.Id)!;
        Check.Equal(World.Good.Program, loaded.Name);
        Check.Equal((seen.Name, seen.Type, seen.Tag), (loaded.Name, loaded.Type, loaded.Tag));
        Check.Equal(seen.MapIds, loaded.MapIds);
        Check.Single(loaded.MapIds);
        Check.Equal("xdp", loaded.Type);
        Check.True(loaded.LoadedNs > 0);
        Check.Equal(Can(ExecutorCapability.Ephemeral) ? Persistence.ProcessBound : Persistence.Pinned, loaded.Persistence);
        await EventuallyAsync(() => World.CountPrograms(World.Good.Other) == 0, "the other program of the object is not loaded");
    }

    [Promise]
    internal async Task A_program_loaded_without_a_pin_goes_with_the_executor()
    {
        if (await LacksAsync(ExecutorCapability.Ephemeral, World.Interface(), () => LoadAsync(Loading() with { Pin = null })))
        {
            return;
        }

        var loaded = await LoadedAsync();

        await Executor.DisposeAsync();

        await EventuallyAsync(() => World.Program(loaded.Id) is null, "the program is gone");
    }

    [Promise]
    internal async Task A_program_loaded_with_a_pin_stays_when_the_executor_goes()
    {
        var pin = World.Pin("new/directory/program");

        var loaded = await LoadedAsync(pin);
        await Executor.DisposeAsync();

        Check.Equal((Persistence.Pinned, pin), (loaded.Persistence, loaded.Pin!.Value));
        Check.True(World.PinExists(pin));
        Check.NotNull(World.Program(loaded.Id));
    }

    [Promise]
    internal async Task A_missing_object_file_is_rejected()
    {
        var outcome = await LoadAsync(Loading() with { ObjectPath = World.Good.Path + ".missing" });

        var error = Refused(outcome, ErrorCode.ObjectInvalid);
        Check.Equal((2, "ENOENT"), (error.Errno, error.ErrnoName));
        Check.Contains(World.Good.Path + ".missing", error.Message, StringComparison.Ordinal);
    }

    [Promise]
    internal async Task An_object_file_that_is_not_the_one_asked_for_is_rejected_and_not_loaded()
    {
        var asked = new string('0', 64);

        var outcome = await LoadAsync(Loading() with { ObjectSha256 = asked });

        var error = Refused(outcome, ErrorCode.ObjectChanged);
        Check.Contains(asked, error.Message, StringComparison.Ordinal);
        Check.Contains(World.Good.Sha256, error.Message, StringComparison.Ordinal);
        Check.Equal(0, World.CountPrograms(World.Good.Program));
    }

    [Promise]
    internal async Task A_truncated_object_is_rejected_as_invalid()
    {
        var outcome = await LoadAsync(Loading(from: World.Truncated));

        Check.NotNull(Refused(outcome, ErrorCode.ObjectInvalid).Errno);
    }

    [Promise]
    internal async Task A_program_that_is_not_in_the_object_is_rejected_naming_those_that_are()
    {
        var outcome = await LoadAsync(Loading(program: "absent"));

        var error = Refused(outcome, ErrorCode.ProgramNotInObject);
        Check.Contains($"'{World.Good.Program}', '{World.Good.Other}'", error.Message, StringComparison.Ordinal);
    }

    [Promise]
    internal async Task A_program_the_verifier_refuses_comes_with_its_log_and_the_logs_digest()
    {
        var outcome = await LoadAsync(Loading(from: World.Refused));

        var error = Refused(outcome, ErrorCode.VerifierRejected, OutcomeKind.Failed);
        Check.Equal((13, "EACCES"), (error.Errno, error.ErrnoName));
        Check.Contains("invalid access to packet", error.VerifierLog!.Text, StringComparison.Ordinal);
        Check.Equal(error.VerifierLog.Text.Length, error.VerifierLog.FullLength);
        Check.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(error.VerifierLog.Text))), error.VerifierLog.Sha256);
        Check.False(error.VerifierLog.Truncated);
        Check.Equal(0, World.CountPrograms(World.Refused.Program));
    }

    [Promise]
    internal async Task A_verifier_log_is_cut_to_what_the_caller_allows_and_its_digest_is_of_the_whole()
    {
        var whole = (await LoadAsync(Loading(from: World.Refused))).Error!.VerifierLog!;

        var cut = (await LoadAsync(Loading(from: World.Refused), maxLog: 5)).Error!.VerifierLog!;

        Check.Equal(whole.Text[..5], cut.Text);
        Check.Equal(whole.FullLength, cut.FullLength);
        Check.True(cut.Truncated);
    }

    [Promise]
    internal async Task A_load_to_a_pin_path_that_is_taken_is_rejected_naming_what_is_there()
    {
        var pin = World.Pin("taken");
        var first = await LoadedAsync(pin);

        var outcome = await LoadAsync(Loading(pin, program: World.Good.Other));

        Check.Contains($"program {first.Id} is there", Refused(outcome, ErrorCode.Busy).Message, StringComparison.Ordinal);
        Check.Equal(0, World.CountPrograms(World.Good.Other));
    }

    [Promise]
    internal async Task A_load_to_a_pin_outside_a_bpffs_is_rejected_before_anything_is_loaded()
    {
        var outcome = await LoadAsync(Loading(World.PinElsewhere));

        Check.Contains("bpffs", Refused(outcome, ErrorCode.Kernel).Message, StringComparison.Ordinal);
        Check.Equal(0, World.CountPrograms(World.Good.Program));
    }

    [Promise]
    internal async Task A_pin_name_with_a_dot_is_rejected_and_the_reason_said()
    {
        var outcome = await LoadAsync(Loading(World.Pin("program.v1")));

        var error = Refused(outcome, ErrorCode.Kernel);
        Check.Equal("EPERM", error.ErrnoName);
        Check.Contains("dot", error.Message, StringComparison.Ordinal);
    }

    [Promise]
    internal async Task A_load_repeated_with_its_operation_id_loads_once_and_answers_the_same()
    {
        var context = Op();
        var request = Loading();
        var first = Done(await Executor.LoadAsync(request, context, Never));

        var repeats = await Task.WhenAll(Enumerable.Range(0, 9).Select(_ => Executor.LoadAsync(request, context, Never).AsTask()));

        Check.All(repeats, r => Check.Same(first, Done(r, OutcomeKind.AlreadyApplied)));
        Check.Equal(1, World.CountPrograms(World.Good.Program));
    }

    [Promise]
    internal async Task Ten_loads_at_once_with_one_operation_id_load_once()
    {
        var context = Op();
        var request = Loading();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => Executor.LoadAsync(request, context, Never).AsTask())));

        Check.Single(outcomes, o => o.Kind == OutcomeKind.Succeeded);
        Check.Single(outcomes.Select(o => o.Value!.Id).Distinct());
        Check.Equal(1, World.CountPrograms(World.Good.Program));
    }

    [Promise]
    internal async Task A_load_that_was_refused_may_be_made_anew_with_its_operation_id()
    {
        var context = Op();
        Refused(await Executor.LoadAsync(Loading(program: "absent"), context, Never), ErrorCode.ProgramNotInObject);

        var outcome = await Executor.LoadAsync(Loading(), context, Never);

        Done(outcome);
    }

    [Promise]
    internal async Task Ten_programs_load_at_once()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => Executor.LoadAsync(Loading(), Op(), Never).AsTask())));

        Check.Equal(10, outcomes.Select(o => Done(o).Id).Distinct().Count());
        Check.Equal(10, World.CountPrograms(World.Good.Program));
    }
}
