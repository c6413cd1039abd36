namespace XdpAudit.Core.Tests;

public sealed class FoldTests
{
    private readonly Scene _scene = new();
    private readonly Watcher _auditor = new();

    [Fact]
    public void An_entry_that_was_folded_in_already_changes_nothing()
    {
        _scene.Program(5);
        _scene.Pin("/sys/fs/bpf/p", 7, ObjectKind.Program, 5);
        _auditor.Looks(_scene);
        var pinned = _auditor.Journal.Single(e => e.Event is ProgramPinned);

        var again = Subjects.Fold(_auditor.Known.Programs[A.Key(5)], A.Key(5).Value, pinned);

        Assert.Same(_auditor.Known.Programs[A.Key(5)], again);
    }

    [Fact]
    public void An_event_of_a_subject_that_was_never_begun_begins_nothing()
    {
        var pinned = new ProgramPinned(A.Key(5), A.Pin("/sys/fs/bpf/p", 7));

        Assert.Null(Subjects.Fold(null, A.Key(5).Value, new(1, A.BootedAt, pinned)));
        Assert.Empty(HostState.Fold(HostState.Empty(A.Host), new(1, A.BootedAt, pinned)).Programs);
    }

    [Fact]
    public void What_was_ended_by_a_conclusion_that_proved_wrong_lives_when_it_is_found_again()
    {
        _scene.Program(5);
        _scene.Holds(100, ObjectKind.Program, 5);
        _auditor.Looks(_scene);
        _scene.Programs.Clear();
        _auditor.Looks(_scene);
        _scene.Program(5);

        var events = _auditor.Looks(_scene);

        Assert.Equal(["program_found", "holder_appeared", "observation_completed"], events.Select(EventNames.Of));
        Assert.Null(_auditor.Known.Programs[A.Key(5)].Ended);
    }

    [Fact]
    public void A_host_keeps_what_lives_and_forgets_what_ended()
    {
        _scene.Map(3);
        _scene.Program(5, maps: [3]);
        _scene.Link(9, 5);
        _auditor.Looks(_scene);
        Assert.Equal((1, 1, 1, 1), (_auditor.Known.Programs.Count, _auditor.Known.Links.Count, _auditor.Known.Maps.Count, _auditor.Known.AttachPoints.Count));
        _scene.Programs.Clear();
        _scene.Links.Clear();
        _scene.Maps.Clear();
        _scene.NoInterface(2);

        _auditor.Looks(_scene);

        Assert.Equal((0, 0, 0, 0), (_auditor.Known.Programs.Count, _auditor.Known.Links.Count, _auditor.Known.Maps.Count, _auditor.Known.AttachPoints.Count));
    }
}
