namespace XdpAudit.Agent.Tests;

/// <summary>An executor's word is not the truth: what the kernel shows is.</summary>
public sealed class ExecutorFaultTests(Database database)
{
    [Theory]
    [InlineData(OperationKinds.ProgramLoad)]
    [InlineData(OperationKinds.LinkAttach)]
    [InlineData(OperationKinds.LinkDetach)]
    [InlineData(OperationKinds.ProgramUnload)]
    [InlineData(OperationKinds.ProgramPin)]
    [InlineData(OperationKinds.ProgramUnpin)]
    public async Task A_success_that_the_kernel_does_not_show_is_contradicted_and_becomes_a_finding(string kind)
    {
        await using var rig = await Rig.StartAsync(database);
        var loaded = await rig.DoAsync(rig.Load());
        var attached = await rig.DoAsync(Rig.Attach(loaded));
        OperationRequest request = kind switch
        {
            OperationKinds.ProgramLoad => rig.Load(),
            OperationKinds.LinkAttach => Rig.Attach(loaded, rig.Kernel.AddInterface(rig.Kernel.OwnNetns, "eth1").Name),
            OperationKinds.LinkDetach => new() { Kind = kind, Link = $"{attached.LinkId}" },
            OperationKinds.ProgramPin => new() { Kind = kind, Program = $"{loaded.ProgramId}", Pin = new($"{SimulatedKernel.Bpffs}/more") },
            OperationKinds.ProgramUnpin => new() { Kind = kind, Program = $"{loaded.ProgramId}", Pin = loaded.Pin },
            _ => new() { Kind = kind, Program = $"{loaded.ProgramId}" },
        };
        rig.Executor.Faults.LieNext(Call(kind));

        var lied = await rig.DoAsync(request);
        await rig.LookAsync(31);
        await rig.LookAsync();

        Assert.Equal("Requested Succeeded Contradicted", await rig.StoryAsync(lied.Id));
        Assert.StartsWith("the executor reported success, but ", lied.Verification, StringComparison.Ordinal);
        var finding = Assert.Single(rig.Auditor.Findings(), f => f.Rule == LeakRule.OperationContradicted);
        Assert.Equal((FindingStates.Open, lied.Id.Value), (finding.Status, finding.Subject.Key));
    }

    [Fact]
    public async Task An_executor_that_throws_leaves_a_doubt_that_the_look_settles()
    {
        await using var rig = await Rig.StartAsync(database);
        rig.Executor.Faults.ThrowNext(SimulatedCall.Load);

        var thrown = await rig.DoAsync(rig.Load());

        Assert.Equal("Requested Indeterminate Settled", await rig.StoryAsync(thrown.Id));
        Assert.Equal("the kernel lists no program of it", thrown.Verification);
        Assert.Contains("InvalidOperationException", (await rig.OneAsync<OperationIndeterminate>()).Why, StringComparison.Ordinal);
        Assert.False((await rig.OneAsync<OperationSettled>()).Applied);
    }

    [Fact]
    public async Task An_executor_that_hangs_is_given_up_after_its_deadline_and_what_it_does_later_is_found()
    {
        await using var rig = await Rig.StartAsync(database);
        var hang = rig.Executor.Faults.HangNext(SimulatedCall.Load);

        var operation = rig.DoAsync(rig.Load());
        await hang.Reached;
        var given = await rig.PassAsync(operation, TimeSpan.FromSeconds(5));
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        hang.Release();
        await WaitAsync(() => rig.Kernel.Pins.Count == 1);
        await rig.LookAsync();

        Assert.Equal("Requested Indeterminate Settled", await rig.StoryAsync(given.Id));
        Assert.False((await rig.OneAsync<OperationSettled>()).Applied);
        var found = await rig.OneAsync<ProgramFound>();
        Assert.Equal((rig.Kernel.Programs.Single(), null), (found.Program.Key.Id, found.Operation));
    }

    [Fact]
    public async Task An_executor_that_blocks_its_thread_is_given_up_too()
    {
        await using var rig = await Rig.BuildAsync(database);
        using var let = new ManualResetEventSlim();
        var blocked = new Blocking(rig.Kernel, let);
        rig.Executors["blocking"] = blocked;
        await rig.BeginAsync();

        var operation = Task.Run(() => rig.DoAsync(rig.Load() with { Executor = "blocking" }), Rig.Token);
        await blocked.Reached.Task;
        var given = await rig.PassAsync(operation, TimeSpan.FromSeconds(5));
        let.Set();

        Assert.Equal("Requested Indeterminate Settled", await rig.StoryAsync(given.Id));
    }

    [Fact]
    public async Task An_executor_that_says_it_gave_up_in_time_left_the_kernel_unchanged()
    {
        await using var rig = await Rig.BuildAsync(database);
        var obedient = new Obedient(rig.Kernel);
        rig.Executors["obedient"] = obedient;
        await rig.BeginAsync();

        var operation = rig.DoAsync(rig.Load() with { Executor = "obedient" });
        await obedient.Reached.Task;
        var given = await rig.PassAsync(operation, TimeSpan.FromSeconds(5));

        Assert.Equal("Requested Failed Verified", await rig.StoryAsync(given.Id));
        Assert.Equal("deadline", given.Error!.Code);
    }

    private static SimulatedCall Call(string kind) => kind switch
    {
        OperationKinds.ProgramLoad => SimulatedCall.Load,
        OperationKinds.LinkAttach => SimulatedCall.Attach,
        OperationKinds.LinkDetach => SimulatedCall.Detach,
        OperationKinds.ProgramPin => SimulatedCall.Pin,
        OperationKinds.ProgramUnpin => SimulatedCall.Unpin,
        _ => SimulatedCall.Unload,
    };

    private static async Task WaitAsync(Func<bool> so)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!so())
        {
            await Task.Delay(5, bound.Token); // the auditor works on other threads, and has no event for it
        }
    }

    /// <summary>An executor of which only loading differs.</summary>
    private abstract class Loader(SimulatedKernel kernel) : IExecutor
    {
        private readonly SimulatedExecutor _real = new(kernel, "other", 1001);

        internal TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public abstract ValueTask<Outcome<LoadedProgram>> LoadAsync(LoadRequest request, OperationContext context, CancellationToken cancellation);

        public ValueTask<ExecutorDescriptor> DescribeAsync(CancellationToken cancellation) => _real.DescribeAsync(cancellation);

        public ValueTask<Outcome<AttachedProgram>> AttachAsync(AttachRequest request, OperationContext context, CancellationToken cancellation) => _real.AttachAsync(request, context, cancellation);

        public ValueTask<Outcome<NoValue>> DetachAsync(DetachRequest request, OperationContext context, CancellationToken cancellation) => _real.DetachAsync(request, context, cancellation);

        public ValueTask<Outcome<UnloadResult>> UnloadAsync(UnloadRequest request, OperationContext context, CancellationToken cancellation) => _real.UnloadAsync(request, context, cancellation);

        public ValueTask DisposeAsync() => _real.DisposeAsync();
    }

    private sealed class Blocking(SimulatedKernel kernel, ManualResetEventSlim let) : Loader(kernel)
    {
        public override ValueTask<Outcome<LoadedProgram>> LoadAsync(LoadRequest request, OperationContext context, CancellationToken cancellation)
        {
            Reached.SetResult();
            let.Wait(TimeSpan.FromSeconds(60), CancellationToken.None);
            return new(Outcome.Unsupported<LoadedProgram>("nothing"));
        }
    }

    private sealed class Obedient(SimulatedKernel kernel) : Loader(kernel)
    {
        public override async ValueTask<Outcome<LoadedProgram>> LoadAsync(LoadRequest request, OperationContext context, CancellationToken cancellation)
        {
            Reached.SetResult();
            await Task.Delay(Timeout.Infinite, cancellation);
            throw new System.Diagnostics.UnreachableException();
        }
    }
}
