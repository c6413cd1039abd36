namespace XdpAudit.Agent.Tests;

/// <summary>Time in which nobody watched is in the journal, with its bounds.</summary>
public sealed class GapTests(Database database)
{
    [Fact]
    public async Task The_very_first_start_opens_no_gap()
    {
        await using var rig = await Rig.StartAsync(database);

        var facts = await rig.JournalAsync();

        Assert.IsType<AgentStarted>(facts[0]);
        Assert.DoesNotContain(facts, e => e is GapOpened or GapClosed);
    }

    [Fact]
    public async Task A_stop_that_was_said_opens_a_gap_at_the_moment_it_was_said()
    {
        await using var rig = await Rig.StartAsync(database);
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        await rig.Auditor.StopAsync("it was told to end", Rig.Token);
        var stopped = rig.Time.GetUtcNow();
        await rig.KillAsync();
        rig.Time.Advance(TimeSpan.FromMinutes(10));

        await rig.BeginAsync();

        var opened = await rig.OneAsync<GapOpened>();
        var closed = await rig.OneAsync<GapClosed>();
        Assert.Equal(("the auditor was stopped", Occurrence.Exactly(stopped)), (opened.Why, opened.Occurred));
        Assert.Equal((stopped, Occurrence.Exactly(rig.Time.GetUtcNow())), (closed.OpenedAt, closed.Occurred));
    }

    [Fact]
    public async Task A_kill_opens_a_gap_somewhere_between_the_last_entry_and_the_next_start()
    {
        await using var rig = await Rig.StartAsync(database);
        var last = rig.Time.GetUtcNow();
        await rig.KillAsync();
        rig.Time.Advance(TimeSpan.FromMinutes(10));

        await rig.BeginAsync();

        var opened = await rig.OneAsync<GapOpened>();
        Assert.Equal(("the auditor ended without saying so", Occurrence.Between(last, rig.Time.GetUtcNow())), (opened.Why, opened.Occurred));
        Assert.Equal(last, (await rig.OneAsync<GapClosed>()).OpenedAt);
    }

    [Fact]
    public async Task A_gap_is_closed_only_by_a_look_that_saw_all_programs_and_links()
    {
        await using var rig = await Rig.StartAsync(database);
        await rig.KillAsync();
        rig.Observer.AddGap("links", new() { What = "list links", Why = "EPERM", Errno = 1 });

        await rig.BeginAsync();
        var before = (await rig.JournalAsync()).OfType<GapClosed>().Count();
        rig.Observer.CloseGaps();
        await rig.LookAsync();

        Assert.Equal((0, 1), (before, (await rig.JournalAsync()).OfType<GapClosed>().Count()));
    }

    [Fact]
    public async Task Killed_again_before_it_could_look_it_goes_on_with_the_same_gap()
    {
        await using var rig = await Rig.StartAsync(database);
        await rig.KillAsync();
        rig.Host.Before = events => rig.Host.Away |= events.Any(e => e is GapClosed);
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        await Assert.ThrowsAsync<JournalUnavailableException>(rig.BeginAsync);
        await rig.KillAsync();
        rig.Time.Advance(TimeSpan.FromMinutes(1));

        await rig.BeginAsync();

        Assert.Equal((await rig.OneAsync<GapOpened>()).Occurred.After, (await rig.OneAsync<GapClosed>()).OpenedAt);
    }

    [Fact]
    public async Task What_came_and_what_went_meanwhile_is_recorded_as_observed_with_bounds()
    {
        await using var rig = await Rig.StartAsync(database);
        var old = rig.Kernel.LoadForeign("old", 77);
        await rig.LookAsync();
        var before = rig.Time.GetUtcNow();
        await rig.KillAsync();
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        rig.Kernel.CloseAll(77);
        var now = rig.Kernel.LoadForeign("new", 78);
        rig.Time.Advance(TimeSpan.FromMinutes(1));

        await rig.BeginAsync();

        var gone = await rig.OneAsync<ProgramUnloaded>();
        var found = Assert.Single((await rig.JournalAsync()).OfType<ProgramFound>(), e => e.Program.Key.Id == now.Id);
        Assert.Equal((old.Id, Occurrence.Between(before, rig.Time.GetUtcNow())), (gone.Program.Id, gone.Occurred));
        Assert.Equal((Knowledge.Observed, Knowledge.Observed), (gone.KnownBy.How, found.KnownBy.How));
        Assert.Equal(Occurrence.Exactly(before.AddMinutes(1)), found.Occurred);
    }

    [Fact]
    public async Task After_a_reboot_everything_of_the_old_boot_has_ended_and_nothing_of_it_is_a_finding()
    {
        await using var rig = await Rig.StartAsync(database);
        var loaded = await rig.DoAsync(rig.Load());
        await rig.DoAsync(Rig.Attach(loaded));
        await rig.KillAsync();
        rig.Time.Advance(TimeSpan.FromMinutes(5));
        rig.Kernel.Reboot();

        await rig.BeginAsync();
        await rig.LookAsync(60);
        await rig.LookAsync();

        Assert.Equal(EndReason.BootEnded, (await rig.OneAsync<ProgramUnloaded>()).Why);
        Assert.Equal(EndReason.BootEnded, (await rig.OneAsync<LinkReleased>()).Why);
        Assert.Empty(rig.Auditor.Known.Programs);
        Assert.Empty(rig.Auditor.Findings());
    }
}
