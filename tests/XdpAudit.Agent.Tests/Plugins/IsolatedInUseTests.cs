namespace XdpAudit.Agent.Tests;

/// <summary>What the journal says when a plugin's process ends under an operation, or while it listens.</summary>
public sealed class IsolatedInUseTests(Database database)
{
    [Fact]
    public async Task An_operation_that_is_cut_off_by_the_end_of_its_executor_is_indeterminate_and_settled_by_looking()
    {
        await using var set = await Loaded.LoadAsync(Loaded.Quick, [], Loaded.Own("Unruly"));
        await using var rig = await StartAsync(set);

        var cut = await rig.DoAsync(rig.Load() with { Executor = "unruly", Program = "abort" });

        Assert.Equal("Requested Indeterminate Settled", await rig.StoryAsync(cut.Id));
        Assert.Contains("failed while loading: its process was killed by signal 6 (SIGABRT)", (await rig.OneAsync<OperationIndeterminate>()).Why, StringComparison.Ordinal);
        Assert.False((await rig.OneAsync<OperationSettled>()).Applied);
    }

    [Fact]
    public async Task Nothing_is_asked_of_an_executor_whose_process_is_away_and_the_operation_says_so()
    {
        await using var set = await Loaded.LoadAsync(Loaded.Quick with { FaultsToQuarantine = 1 }, [], Loaded.Own("Unruly"));
        await using var rig = await StartAsync(set);
        await rig.DoAsync(rig.Load() with { Executor = "unruly", Program = "exit" });

        var rejected = await rig.DoAsync(rig.Load() with { Executor = "unruly", Program = "well" });

        Assert.Equal("Requested Rejected", await rig.StoryAsync(rejected.Id));
        Assert.Equal("plugin.away", rejected.Error!.Code);
        Assert.StartsWith("nothing was asked of the executor: plugin 'unruly' is ", rejected.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lie_from_another_process_is_contradicted_like_any()
    {
        await using var set = await Loaded.LoadAsync(Loaded.Quick, [], Loaded.Own("Unruly"));
        await using var rig = await StartAsync(set);

        var lied = await rig.DoAsync(rig.Load() with { Executor = "unruly", Program = "well" });

        Assert.Equal("Requested Succeeded Contradicted", await rig.StoryAsync(lied.Id));
    }

    [Fact]
    public async Task A_sensor_whose_process_ends_leaves_a_gap_that_lasts_until_it_listens_again_with_a_count_of_what_it_missed()
    {
        await using var rig = await Rig.BuildAsync(database);
        var sensor = new Returning { Status = ScriptedSensor.With(SensorStates.Live) with { Odometer = null } };
        rig.Sensors["scripted"] = sensor;
        await rig.BeginAsync();
        var last = rig.Kernel.LoadForeign("before", 70);
        await rig.LookAsync();

        sensor.End("its process was killed by signal 9 (SIGKILL)");
        await UntilAsync(() => rig.Auditor.Sensors.Count == 0);
        await rig.LookAsync();
        rig.Kernel.LoadForeign("meanwhile", 71);
        await rig.LookAsync();
        var during = await rig.JournalAsync();
        sensor.Status = ScriptedSensor.With(SensorStates.Live) with { Odometer = last.Id.Value + 43 };
        sensor.Return();
        await UntilAsync(() => rig.Auditor.Sensors.Count == 1);
        await rig.LookAsync();

        Assert.Equal("its process was killed by signal 9 (SIGKILL)", during.OfType<SensorStopped>().Single().Why);
        Assert.Equal("sensor:scripted", during.OfType<GapOpened>().Single().Sensor);
        Assert.Empty(during.OfType<GapClosed>());
        var all = await rig.JournalAsync();
        Assert.Equal(2, all.OfType<SensorStarted>().Count());
        Assert.Equal(41UL, (await rig.OneAsync<GapClosed>()).Unseen);
    }

    [Fact]
    public async Task The_gap_of_a_sensor_that_will_not_come_back_ends_with_the_next_look()
    {
        await using var rig = await Rig.BuildAsync(database);
        var sensor = new Returning();
        rig.Sensors["scripted"] = sensor;
        await rig.BeginAsync();

        sensor.End("it was killed");
        await UntilAsync(() => rig.Auditor.Sensors.Count == 0);
        await rig.LookAsync();
        sensor.Quarantine();

        for (var looks = 0; looks < 100 && !(await rig.JournalAsync()).OfType<GapClosed>().Any(); looks++)
        {
            await rig.LookAsync();
        }

        Assert.Single((await rig.JournalAsync()).OfType<GapClosed>());
    }

    private async Task<Rig> StartAsync(PluginSet set)
    {
        var rig = await Rig.BuildAsync(database);
        rig.Executors["unruly"] = set.Executors["unruly"];
        await rig.BeginAsync();
        return rig;
    }

    private static async Task UntilAsync(Func<bool> so)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(Rig.Token);
        bound.CancelAfter(TimeSpan.FromSeconds(30));
        while (!so())
        {
            await Task.Delay(5, bound.Token); // the auditor works on other threads, and has no event for it
        }
    }

    /// <summary>A sensor that ends and comes back when the test says so.</summary>
    private sealed class Returning : IReturningSensor
    {
        private readonly ScriptedSensor _heard = new();
        private readonly TaskCompletionSource<bool> _back = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal SensorStatus Status
        {
            set => _heard.Status = value;
        }

        internal void End(string why)
        {
            _heard.Fault = new PluginFaultException("waiting", why);
            _heard.Wake();
        }

        internal void Return()
        {
            _heard.Fault = null;
            _back.SetResult(true);
        }

        internal void Quarantine() => _back.SetResult(false);

        public Task<SensorStatus> StartAsync(CancellationToken cancellation) => _heard.StartAsync(cancellation);

        public Task<IReadOnlyList<KernelNotice>> DrainAsync(CancellationToken cancellation) => _heard.DrainAsync(cancellation);

        public Task WaitAsync(CancellationToken cancellation) => _heard.WaitAsync(cancellation);

        public Task<SensorStatus> TestAsync(CancellationToken cancellation) => _heard.TestAsync(cancellation);

        public Task<bool> BackAsync(CancellationToken cancellation) => _back.Task.WaitAsync(cancellation);

        public ValueTask DisposeAsync() => _heard.DisposeAsync();
    }
}
