namespace XdpAudit.Agent.Tests;

/// <summary>What sensors hear reaches the journal, once, also when the journal was away; and what becomes of the sensors is recorded too.</summary>
public sealed class SensorTests(Database database) : IAsyncDisposable
{
    private readonly ScriptedSensor _sensor = new();

    [Fact]
    public async Task What_a_sensor_can_see_is_recorded_before_the_first_look()
    {
        await using var rig = await StartAsync();

        var facts = await rig.JournalAsync();

        var started = facts.OfType<SensorStarted>().Single();
        Assert.Equal(("scripted", 17u, SensorStates.Live), (started.Sensor, started.Odometer!.Value, started.Tiers[0].State));
        Assert.True(facts.ToList().IndexOf(started) < facts.ToList().FindIndex(f => f is ObservationCompleted));
        Assert.Equal(SensorStates.Live, rig.Auditor.Sensors["scripted"].Tiers[0].State);
    }

    [Fact]
    public async Task A_program_that_no_look_saw_is_recorded_with_who_loaded_it()
    {
        await using var rig = await StartAsync();
        _sensor.Hear(Load(rig, 900), Unload(rig, 900));

        await rig.LookAsync();

        var loaded = await rig.OneAsync<ProgramLoaded>();
        Assert.Equal((Knowledge.Witnessed, "sensor:scripted/tracing", new Actor.Process(Rig.Alice)), (loaded.KnownBy.How, loaded.KnownBy.Source, loaded.Actor));
        Assert.Equal(loaded.Program.Key, (await rig.OneAsync<ProgramUnloaded>()).Program);
    }

    [Fact]
    public async Task What_is_heard_leads_to_a_look_long_before_it_is_time()
    {
        await using var rig = await StartAsync();
        _sensor.Hear(Load(rig, 900));

        await rig.PassAsync(RecordedAsync(rig), TimeSpan.FromMilliseconds(50));

        Assert.True(rig.Time.GetUtcNow() < rig.Auditor.LastLook!.StartedAt + TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task Closes_of_the_auditor_itself_lead_to_no_look()
    {
        await using var rig = await StartAsync();
        var look = rig.Auditor.LastLook;
        _sensor.Hear(new DescriptorCloseNotice(ObjectKind.Program, 5, true)
        {
            BootNs = Ns(rig), Tier = SensorTiers.Tracing, Actor = new Actor.Process(new() { Pid = Environment.ProcessId }),
        });

        await rig.PassAsync(DrainedAsync(1), TimeSpan.FromMilliseconds(50));
        rig.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.Same(look, rig.Auditor.LastLook);
    }

    [Fact]
    public async Task What_was_heard_while_the_journal_was_away_is_recorded_when_it_is_back()
    {
        await using var rig = await StartAsync();
        rig.Host.Away = true;
        _sensor.Hear(Load(rig, 900));
        await Assert.ThrowsAsync<JournalUnavailableException>(() => rig.LookAsync());
        _sensor.Hear(Unload(rig, 900));
        await Assert.ThrowsAsync<JournalUnavailableException>(() => rig.LookAsync());

        rig.Host.Away = false;
        await rig.LookAsync();

        Assert.Equal((await rig.OneAsync<ProgramLoaded>()).Program.Key, (await rig.OneAsync<ProgramUnloaded>()).Program);
    }

    [Fact]
    public async Task A_loss_is_a_gap_that_the_look_after_it_closes()
    {
        await using var rig = await StartAsync();
        _sensor.Hear(new LossNotice(42, Ns(rig) - 1_000_000_000, "the ring was full") { BootNs = Ns(rig), Tier = SensorTiers.Perf, Actor = new Actor.Unknown("a loss has no actor") });

        await rig.LookAsync();

        Assert.Equal((42UL, "sensor:scripted/perf"), ((await rig.OneAsync<GapOpened>()).Lost!.Value, (await rig.OneAsync<GapOpened>()).Sensor));
        Assert.NotNull(await rig.OneAsync<GapClosed>());
    }

    [Fact]
    public async Task A_sensor_that_fails_is_left_out_and_the_watching_goes_on()
    {
        await using var rig = await StartAsync();
        _sensor.Fault = new InvalidOperationException("it broke");

        await rig.LookAsync();
        await rig.LookAsync();

        Assert.Contains("it broke", (await rig.OneAsync<SensorStopped>()).Why, StringComparison.Ordinal);
        Assert.Equal("sensor:scripted", (await rig.OneAsync<GapOpened>()).Sensor);
        Assert.Equal("scripted", Assert.Single((await rig.ServerJournalAsync()).OfType<PluginFaulted>()).Plugin);
        Assert.Empty(rig.Auditor.Sensors);
    }

    [Fact]
    public async Task A_hook_that_falls_silent_is_recorded_within_the_hour()
    {
        await using var rig = await StartAsync(every: TimeSpan.FromMinutes(20));
        _sensor.Status = ScriptedSensor.With(SensorStates.Silent);

        await rig.PassAsync(DegradedAsync(rig), TimeSpan.FromMinutes(10));

        var degraded = await rig.OneAsync<SensorDegraded>();
        Assert.Contains("tracing sys_exit was live and is silent", degraded.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_end_is_recorded_with_the_auditors_end()
    {
        await using var rig = await StartAsync();

        await rig.Auditor.StopAsync("it was told to end", Rig.Token);

        Assert.Equal("it was told to end", (await rig.OneAsync<SensorStopped>()).Why);
    }

    public ValueTask DisposeAsync() => _sensor.DisposeAsync();

    private async Task<Rig> StartAsync(TimeSpan? every = null)
    {
        var rig = await Rig.BuildAsync(database);
        rig.Sensors["scripted"] = _sensor;
        rig.Settings = rig.Settings with { ReconcileEvery = every ?? rig.Settings.ReconcileEvery };
        await rig.BeginAsync();
        return rig;
    }

    private static async Task<bool> RecordedAsync(Rig rig) => await UntilAsync(async () => (await rig.JournalAsync()).OfType<ProgramLoaded>().Any());

    private static async Task<bool> DegradedAsync(Rig rig) => await UntilAsync(async () => (await rig.JournalAsync()).OfType<SensorDegraded>().Any());

    private async Task<bool> DrainedAsync(int count) => await UntilAsync(() => Task.FromResult(_sensor.Drained >= count));

    internal static async Task<bool> UntilAsync(Func<Task<bool>> done)
    {
        while (!await done())
        {
            await Task.Delay(10, Rig.Token); // the auditor works on other threads, and has no event for it
        }

        return true;
    }

    private static ulong Ns(Rig rig) => (ulong)(rig.Time.GetUtcNow() - rig.Auditor.Known.Watch!.BootedAt!.Value).Ticks * 100;

    internal static ProgramLoadNotice Load(Rig rig, uint id) => new(new(id))
    {
        BootNs = Ns(rig), Tier = SensorTiers.Tracing, Actor = new Actor.Process(Rig.Alice), LoadedNs = Ns(rig) - 100, Type = "xdp", Name = "short", Uid = 0, MapIds = [],
    };

    internal static ProgramUnloadNotice Unload(Rig rig, uint id) => new(new(id), null) { BootNs = Ns(rig) + 100, Tier = SensorTiers.Perf, Actor = new Actor.Process(Rig.Alice) };
}
