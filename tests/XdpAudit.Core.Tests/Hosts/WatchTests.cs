namespace XdpAudit.Core.Tests;

/// <summary>The watching itself: what was covered, when, and when not.</summary>
public sealed class WatchTests
{
    private readonly Scene _scene = new();
    private readonly Watcher _auditor = new();

    [Fact]
    public void Coverage_that_is_another_is_told_at_once_and_so_is_its_return()
    {
        _auditor.Looks(_scene);

        Events.Are(_auditor.Looks(_scene, Missing.Holders), _auditor.Completed());
        Events.Are(_auditor.Looks(_scene, Missing.Holders));
        Events.Are(_auditor.Looks(_scene), _auditor.Completed());
    }

    [Fact]
    public void A_look_like_the_last_is_told_once_an_hour()
    {
        _auditor.Looks(_scene);
        _auditor.Next = _auditor.Next.AddMinutes(58);
        Events.Are(_auditor.Looks(_scene));

        Events.Are(_auditor.Looks(_scene), _auditor.Completed());
    }

    // A clock set back by a day would have silenced the hourly word for a day.
    [Fact]
    public void A_look_that_seems_older_than_the_last_one_told_is_told()
    {
        _auditor.Looks(_scene);
        _auditor.Next = A.BootedAt.AddMinutes(5);

        Events.Are(_auditor.Looks(_scene), _auditor.Completed());
    }

    // The interval would have ended before it began.
    [Fact]
    public void After_the_clock_was_set_back_nothing_bounds_a_fact_from_below_but_the_clock_as_it_is()
    {
        _scene.Program(5);
        _auditor.Looks(_scene);
        _scene.Programs.Clear();
        _auditor.Next = A.BootedAt.AddMinutes(5);

        var unloaded = _auditor.Looks(_scene).OfType<ProgramUnloaded>().Single();

        Assert.Equal(Occurrence.Between(null, A.BootedAt.AddMinutes(5).AddSeconds(1)), unloaded.Occurred);
    }

    [Fact]
    public void An_incomplete_look_in_between_does_not_shorten_the_interval()
    {
        _scene.Program(5);
        _auditor.Looks(_scene);
        _auditor.Looks(_scene, Missing.Programs);
        _scene.Programs.Clear();

        var unloaded = _auditor.Looks(_scene).OfType<ProgramUnloaded>().Single();

        Assert.Equal(Occurrence.Between(A.BootedAt.AddMinutes(10), A.BootedAt.AddMinutes(12).AddSeconds(1)), unloaded.Occurred);
    }

    [Fact]
    public void A_gap_is_open_from_when_it_was_told_to_begin_until_it_is_closed()
    {
        _auditor.Looks(_scene);
        var began = A.BootedAt.AddMinutes(11);

        _auditor.Told(new AgentStopped(A.Host, "asked"), new GapOpened(A.Host, "the auditor stopped") { Occurred = Occurrence.Exactly(began) });
        Assert.Equal((true, began), (_auditor.Known.Watch!.Stopped, _auditor.Known.Watch.GapSince));
        _auditor.Told(new AgentStarted(A.Host, "0.1.0", 4711, "grace=10s"), new GapClosed(A.Host, began, "look2", 3));

        Assert.Equal((false, (DateTimeOffset?)null), (_auditor.Known.Watch!.Stopped, _auditor.Known.Watch.GapSince));
    }
}
