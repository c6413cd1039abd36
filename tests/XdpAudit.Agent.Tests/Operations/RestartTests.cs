namespace XdpAudit.Agent.Tests;

/// <summary>An auditor can end at any instruction; the next one says what is known of what was under way.</summary>
public sealed class RestartTests(Database database)
{
    [Fact]
    public async Task A_request_without_an_outcome_that_was_never_carried_out_is_settled_as_not_done()
    {
        await using var rig = await Rig.BuildAsync(database);
        rig.Executor.Faults.FailNext(SimulatedCall.Load, 5);
        rig.Host.Before = events => rig.Host.Away |= events.Any(e => e is OperationFailed);
        var id = await DieAsync(rig, r => r.Load());

        await rig.BeginAsync();

        Assert.Equal("Requested Indeterminate Settled", await rig.StoryAsync(id));
        Assert.Equal((false, "the kernel lists no program of it"), ((await rig.OneAsync<OperationSettled>()).Applied, (await rig.OneAsync<OperationSettled>()).Sentence));
    }

    [Fact]
    public async Task A_request_without_an_outcome_that_was_carried_out_is_settled_as_done_and_the_program_is_of_that_operation()
    {
        await using var rig = await Rig.BuildAsync(database);
        rig.Host.Before = events => rig.Host.Away |= events.Any(e => e is OperationSucceeded);
        var id = await DieAsync(rig, r => r.Load());

        await rig.BeginAsync();

        Assert.Equal("Requested Indeterminate Settled", await rig.StoryAsync(id));
        Assert.True((await rig.OneAsync<OperationSettled>()).Applied);
        Assert.Equal(id, (await rig.OneAsync<ProgramPinned>()).Operation);
    }

    [Fact]
    public async Task An_attachment_without_an_outcome_is_settled_by_what_is_in_force_at_the_interface()
    {
        await using var rig = await Rig.StartAsync(database);
        var loaded = await rig.DoAsync(rig.Load());
        rig.Host.Before = events => rig.Host.Away |= events.Any(e => e is OperationSucceeded);
        var id = await DieAsync(rig, _ => Rig.Attach(loaded));

        await rig.BeginAsync();

        Assert.Equal("Requested Indeterminate Settled", await rig.StoryAsync(id));
        Assert.True((await rig.OneAsync<OperationSettled>()).Applied, (await rig.OneAsync<OperationSettled>()).Sentence);
    }

    [Fact]
    public async Task An_outcome_without_a_verification_is_verified_by_the_first_look()
    {
        await using var rig = await Rig.BuildAsync(database);
        rig.Host.Before = events => rig.Host.Away |= events.Any(e => e is OperationVerified);
        var id = await DieAsync(rig, r => r.Load());

        await rig.BeginAsync();

        Assert.Equal("Requested Succeeded Verified", await rig.StoryAsync(id));
        Assert.Equal(id, (await rig.OneAsync<ProgramLoaded>()).Operation);
    }

    [Fact]
    public async Task An_outcome_that_is_no_longer_so_when_the_next_auditor_looks_is_contradicted()
    {
        await using var rig = await Rig.BuildAsync(database);
        rig.Host.Before = events => rig.Host.Away |= events.Any(e => e is OperationVerified);
        var id = await DieAsync(rig, r => r.Load());
        rig.Kernel.Pins.ToList().ForEach(rig.Kernel.UnpinForeign);

        await rig.BeginAsync();

        Assert.Equal("Requested Succeeded Contradicted", await rig.StoryAsync(id));
    }

    [Fact]
    public async Task A_doubt_is_not_settled_by_a_look_that_could_not_see_what_it_is_about()
    {
        await using var rig = await Rig.BuildAsync(database);
        rig.Host.Before = events => rig.Host.Away |= events.Any(e => e is OperationSucceeded);
        var id = await DieAsync(rig, r => r.Load());
        rig.Observer.AddGap("programs", new() { What = "list programs", Why = "EPERM", Errno = 1 });

        await rig.BeginAsync();
        var before = await rig.StoryAsync(id);
        rig.Observer.CloseGaps();
        await rig.LookAsync();

        Assert.Equal(("Requested Indeterminate", "Requested Indeterminate Settled"), (before, await rig.StoryAsync(id)));
    }

    [Fact]
    public async Task An_operation_that_is_under_way_when_the_auditor_is_stopped_is_finished_and_answered()
    {
        await using var rig = await Rig.StartAsync(database);
        var hang = rig.Executor.Faults.HangNext(SimulatedCall.Load);

        var operation = rig.DoAsync(rig.Load());
        await hang.Reached;
        var stop = rig.Auditor.StopAsync("it was told to end", Rig.Token);
        hang.Release();
        var done = await operation;
        await stop;

        Assert.Equal(OperationStates.Verified, done.State);
        Assert.IsType<AgentStopped>((await rig.JournalAsync())[^1]);
    }

    [Fact]
    public async Task Nothing_is_begun_after_the_auditor_has_said_that_it_stopped()
    {
        await using var rig = await Rig.StartAsync(database);
        await rig.Auditor.StopAsync("it was told to end", Rig.Token);

        var refused = await rig.RefusedAsync(rig.Load());
        var looked = await Assert.ThrowsAsync<RefusedException>(() => rig.Auditor.ReconcileAsync(Rig.Token));

        Assert.Equal((ProblemCode.Unavailable, ProblemCode.Unavailable), (refused.Problem.Code, looked.Problem.Code));
        Assert.Empty(rig.Kernel.Programs);
        Assert.IsType<AgentStopped>((await rig.JournalAsync())[^1]);
    }

    // Asks for an operation of an auditor that dies under way; returns the operation's id.
    private static async Task<OperationId> DieAsync(Rig rig, Func<Rig, OperationRequest> request)
    {
        if (rig.Started is false)
        {
            await rig.BeginAsync();
        }

        var asked = rig.DoAsync(request(rig));
        await rig.PassAsync(Task.Run(async () =>
        {
            while (!rig.Host.Away)
            {
                await Task.Delay(5, Rig.Token); // the auditor works on other threads, and has no event for it
            }

            return true;
        }), TimeSpan.FromMilliseconds(10));
        await rig.KillAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => asked);
        return (await rig.JournalAsync()).OfType<OperationRequested>().Last().Id;
    }
}
