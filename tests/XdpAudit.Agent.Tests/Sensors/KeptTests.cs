namespace XdpAudit.Agent.Tests;

/// <summary>What was heard outlasts a journal that is away and the auditor itself; and what nobody heard is counted.</summary>
public sealed class KeptTests(Database database) : IAsyncDisposable
{
    private readonly ScriptedSensor _first = new() { Status = ScriptedSensor.With(SensorStates.Live) with { Odometer = null } };
    private readonly ScriptedSensor _second = new();

    [Fact]
    public async Task Heard_while_the_journal_was_away_it_is_told_by_the_next_auditor_though_this_one_was_killed()
    {
        await using var rig = await StartAsync();
        rig.Host.Away = true;
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        _first.Hear(SensorTests.Load(rig, 900));
        await Assert.ThrowsAsync<JournalUnavailableException>(() => rig.LookAsync());
        _first.Hear(SensorTests.Unload(rig, 900));
        await Assert.ThrowsAsync<JournalUnavailableException>(() => rig.LookAsync());
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        await rig.PassAsync(SensorTests.UntilAsync(() => Task.FromResult(_first.Drained == 2)), TimeSpan.Zero);

        await AgainAsync(rig);

        Assert.Equal((await rig.OneAsync<ProgramLoaded>()).Program.Key, (await rig.OneAsync<ProgramUnloaded>()).Program);
    }

    [Fact]
    public async Task Told_before_the_kill_it_is_not_told_again()
    {
        await using var rig = await StartAsync();
        rig.Host.Away = true;
        _first.Hear(SensorTests.Load(rig, 900), SensorTests.Unload(rig, 900));
        await Assert.ThrowsAsync<JournalUnavailableException>(() => rig.LookAsync());
        rig.Host.Away = false;
        await rig.LookAsync();

        await AgainAsync(rig);

        Assert.NotNull(await rig.OneAsync<ProgramLoaded>());
    }

    [Fact]
    public async Task Programs_that_were_loaded_while_nobody_listened_are_counted()
    {
        await using var rig = await StartAsync();
        var last = rig.Kernel.LoadForeign("seen", 70);
        await rig.LookAsync();
        _second.Status = ScriptedSensor.With(SensorStates.Live) with { Odometer = last.Id.Value + 43 };

        await AgainAsync(rig);

        Assert.Equal(42UL, (await rig.OneAsync<GapClosed>()).Unseen);
    }

    [Fact]
    public async Task A_program_that_the_look_after_finds_is_not_among_the_unseen()
    {
        await using var rig = await StartAsync();
        rig.Kernel.LoadForeign("seen", 70);
        await rig.LookAsync();
        var last = rig.Kernel.LoadForeign("found", 71);
        _second.Status = ScriptedSensor.With(SensorStates.Live) with { Odometer = last.Id.Value + 10 };

        await AgainAsync(rig);

        Assert.Equal(9UL, (await rig.OneAsync<GapClosed>()).Unseen);
    }

    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    private async Task<Rig> StartAsync()
    {
        var rig = await Rig.BuildAsync(database);
        rig.Sensors["scripted"] = _first;
        rig.Settings = rig.Settings with { StateDirectory = Database.File($"state-{Guid.CreateVersion7():N}"), Boot = rig.Kernel.Boot };
        await rig.BeginAsync();
        return rig;
    }

    private async Task AgainAsync(Rig rig)
    {
        await rig.KillAsync();
        rig.Sensors["scripted"] = _second;
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        await rig.BeginAsync();
    }
}
