using System.Security.Cryptography;
using System.Text;

namespace XdpAudit.Plugins.Tests;

public abstract partial class ExecutorContract
{
    [Fact]
    public async Task It_says_what_it_is_and_can_do()
    {
        var described = await Executor.DescribeAsync(Never);
        var again = await Executor.DescribeAsync(Never);
        var other = await World.Start().DescribeAsync(Never);

        Assert.Equal(described.Epoch, again.Epoch);
        Assert.NotEqual(described.Epoch, other.Epoch);
        Assert.Equal(Capabilities, described.Capabilities);
        Assert.NotEmpty(described.Versions["kernel"]);
    }

    [Fact]
    public async Task The_answer_to_a_load_is_what_the_kernel_says_of_the_program()
    {
        var loaded = await LoadedAsync();

        var seen = World.Program(loaded.Id)!;
        Assert.Equal(World.Good.Program, loaded.Name);
        Assert.Equal((seen.Name, seen.Type, seen.Tag), (loaded.Name, loaded.Type, loaded.Tag));
        Assert.Equal(seen.MapIds, loaded.MapIds);
        Assert.Single(loaded.MapIds);
        Assert.Equal("xdp", loaded.Type);
        Assert.True(loaded.LoadedNs > 0);
        Assert.Equal(Can(ExecutorCapability.Ephemeral) ? Persistence.ProcessBound : Persistence.Pinned, loaded.Persistence);
        await EventuallyAsync(() => World.CountPrograms(World.Good.Other) == 0, "the other program of the object is not loaded");
    }

    [Fact]
    public async Task A_program_loaded_without_a_pin_goes_with_the_executor()
    {
        if (await LacksAsync(ExecutorCapability.Ephemeral, World.Interface(), () => LoadAsync(Loading() with { Pin = null })))
        {
            return;
        }

        var loaded = await LoadedAsync();

        await Executor.DisposeAsync();

        await EventuallyAsync(() => World.Program(loaded.Id) is null, "the program is gone");
    }

    [Fact]
    public async Task A_program_loaded_with_a_pin_stays_when_the_executor_goes()
    {
        var pin = World.Pin("new/directory/program");

        var loaded = await LoadedAsync(pin);
        await Executor.DisposeAsync();

        Assert.Equal((Persistence.Pinned, pin), (loaded.Persistence, loaded.Pin!.Value));
        Assert.True(World.PinExists(pin));
        Assert.NotNull(World.Program(loaded.Id));
    }

    [Fact]
    public async Task A_missing_object_file_is_rejected()
    {
        var outcome = await LoadAsync(Loading() with { ObjectPath = World.Good.Path + ".missing" });

        var error = Refused(outcome, ErrorCode.ObjectInvalid);
        Assert.Equal((2, "ENOENT"), (error.Errno, error.ErrnoName));
        Assert.Contains(World.Good.Path + ".missing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_object_file_that_is_not_the_one_asked_for_is_rejected_and_not_loaded()
    {
        var asked = new string('0', 64);

        var outcome = await LoadAsync(Loading() with { ObjectSha256 = asked });

        var error = Refused(outcome, ErrorCode.ObjectChanged);
        Assert.Contains(asked, error.Message, StringComparison.Ordinal);
        Assert.Contains(World.Good.Sha256, error.Message, StringComparison.Ordinal);
        Assert.Equal(0, World.CountPrograms(World.Good.Program));
    }

    [Fact]
    public async Task A_truncated_object_is_rejected_as_invalid()
    {
        var outcome = await LoadAsync(Loading(from: World.Truncated));

        Assert.NotNull(Refused(outcome, ErrorCode.ObjectInvalid).Errno);
    }

    [Fact]
    public async Task A_program_that_is_not_in_the_object_is_rejected_naming_those_that_are()
    {
        var outcome = await LoadAsync(Loading(program: "absent"));

        var error = Refused(outcome, ErrorCode.ProgramNotInObject);
        Assert.Contains($"'{World.Good.Program}', '{World.Good.Other}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_the_verifier_refuses_comes_with_its_log_and_the_logs_digest()
    {
        var outcome = await LoadAsync(Loading(from: World.Refused));

        var error = Refused(outcome, ErrorCode.VerifierRejected, OutcomeKind.Failed);
        Assert.Equal((13, "EACCES"), (error.Errno, error.ErrnoName));
        Assert.Contains("invalid access to packet", error.VerifierLog!.Text, StringComparison.Ordinal);
        Assert.Equal(error.VerifierLog.Text.Length, error.VerifierLog.FullLength);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(error.VerifierLog.Text))), error.VerifierLog.Sha256);
        Assert.False(error.VerifierLog.Truncated);
        Assert.Equal(0, World.CountPrograms(World.Refused.Program));
    }

    [Fact]
    public async Task A_verifier_log_is_cut_to_what_the_caller_allows_and_its_digest_is_of_the_whole()
    {
        var whole = (await LoadAsync(Loading(from: World.Refused))).Error!.VerifierLog!;

        var cut = (await LoadAsync(Loading(from: World.Refused), maxLog: 5)).Error!.VerifierLog!;

        Assert.Equal(whole.Text[..5], cut.Text);
        Assert.Equal(whole.FullLength, cut.FullLength);
        Assert.True(cut.Truncated);
    }

    [Fact]
    public async Task A_load_to_a_pin_path_that_is_taken_is_rejected_naming_what_is_there()
    {
        var pin = World.Pin("taken");
        var first = await LoadedAsync(pin);

        var outcome = await LoadAsync(Loading(pin, program: World.Good.Other));

        Assert.Contains($"program {first.Id} is there", Refused(outcome, ErrorCode.Busy).Message, StringComparison.Ordinal);
        Assert.Equal(0, World.CountPrograms(World.Good.Other));
    }

    [Fact]
    public async Task A_load_to_a_pin_outside_a_bpffs_is_rejected_before_anything_is_loaded()
    {
        var outcome = await LoadAsync(Loading(World.PinElsewhere));

        Assert.Contains("bpffs", Refused(outcome, ErrorCode.Kernel).Message, StringComparison.Ordinal);
        Assert.Equal(0, World.CountPrograms(World.Good.Program));
    }

    [Fact]
    public async Task A_pin_name_with_a_dot_is_rejected_and_the_reason_said()
    {
        var outcome = await LoadAsync(Loading(World.Pin("program.v1")));

        var error = Refused(outcome, ErrorCode.Kernel);
        Assert.Equal("EPERM", error.ErrnoName);
        Assert.Contains("dot", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_load_repeated_with_its_operation_id_loads_once_and_answers_the_same()
    {
        var context = Op();
        var request = Loading();
        var first = Done(await Executor.LoadAsync(request, context, Never));

        var repeats = await Task.WhenAll(Enumerable.Range(0, 9).Select(_ => Executor.LoadAsync(request, context, Never).AsTask()));

        Assert.All(repeats, r => Assert.Equivalent(first, Done(r, OutcomeKind.AlreadyApplied), strict: true));
        Assert.Equal(1, World.CountPrograms(World.Good.Program));
    }

    [Fact]
    public async Task Ten_loads_at_once_with_one_operation_id_load_once()
    {
        var context = Op();
        var request = Loading();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => Executor.LoadAsync(request, context, Never).AsTask())));

        Assert.Single(outcomes, o => o.Kind == OutcomeKind.Succeeded);
        Assert.Single(outcomes.Select(o => o.Value!.Id).Distinct());
        Assert.Equal(1, World.CountPrograms(World.Good.Program));
    }

    [Fact]
    public async Task A_load_that_was_refused_may_be_made_anew_with_its_operation_id()
    {
        var context = Op();
        Refused(await Executor.LoadAsync(Loading(program: "absent"), context, Never), ErrorCode.ProgramNotInObject);

        var outcome = await Executor.LoadAsync(Loading(), context, Never);

        Done(outcome);
    }

    [Fact]
    public async Task Ten_programs_load_at_once()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => Executor.LoadAsync(Loading(), Op(), Never).AsTask())));

        Assert.Equal(10, outcomes.Select(o => Done(o).Id).Distinct().Count());
        Assert.Equal(10, World.CountPrograms(World.Good.Program));
    }
}
