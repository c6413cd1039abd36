namespace XdpAudit.Core.Tests;

public sealed class MapTests
{
    private readonly Scene _scene = new();
    private readonly Watcher _auditor = new();

    [Fact]
    public void Maps_that_xdp_uses_or_can_use_or_that_nothing_uses_are_recorded_and_no_others()
    {
        _scene.Program(5, maps: [1]);
        _scene.Program(6, maps: [2], type: "tracing");
        _scene.Program(7, maps: [4], type: "tracing");
        _scene.Map(1, "hash");
        _scene.Map(2, "hash");
        _scene.Map(3, "hash");
        _scene.Map(4, "devmap");

        var events = _auditor.Looks(_scene);

        Events.Are(
            events.OfType<MapFound>(),
            _auditor.Seen(new MapFound(A.MapFacts(1, "hash"), [new(5)])),
            _auditor.Seen(new MapFound(A.MapFacts(3, "hash"), [])),
            _auditor.Seen(new MapFound(A.MapFacts(4, "devmap"), [new(7)])));
        Assert.NotNull(_auditor.Known.Maps[A.Map(3, "hash")].UnusedSince);
    }

    [Fact]
    public void A_map_whose_last_user_went_is_unused_since_then()
    {
        _scene.Map(1, "hash");
        _scene.Program(5, maps: [1]);
        _auditor.Looks(_scene);
        _scene.Programs.Clear();

        var events = _auditor.Looks(_scene);

        Events.Are(
            events,
            _auditor.Seen(new MapUsersChanged(A.Map(1, "hash"), [])),
            _auditor.Seen(new ProgramUnloaded(A.Key(5), "p5", EndReason.LastReference, "nothing that was seen")),
            _auditor.Completed());
        Assert.Equal(events[0].Occurred.NotLaterThan, _auditor.Known.Maps[A.Map(1, "hash")].UnusedSince);
    }

    [Fact]
    public void A_map_that_is_gone_is_told()
    {
        _scene.Map(1);
        _auditor.Looks(_scene);
        _scene.Maps.Clear();

        var events = _auditor.Looks(_scene);

        Events.Are(events, _auditor.Seen(new MapGone(A.Map(1), "m1", EndReason.LastReference)), _auditor.Completed());
    }

    [Fact]
    public void A_map_of_another_type_under_its_id_is_another_map()
    {
        _scene.Map(1);
        _auditor.Looks(_scene);
        _scene.Map(1, "hash");

        var events = _auditor.Looks(_scene, Missing.Maps);

        Events.Are(
            events,
            _auditor.Seen(new MapFound(A.MapFacts(1, "hash"), [])),
            _auditor.Seen(new MapGone(A.Map(1), "m1", EndReason.LastReference)),
            _auditor.Completed());
    }

    // A list of programs that was cut short made every map an unused one.
    [Fact]
    public void That_nothing_uses_a_map_is_not_concluded_when_programs_are_missing()
    {
        _scene.Map(1, "hash");
        _auditor.Looks(_scene, Missing.Programs);

        Assert.Empty(_auditor.Known.Maps);
        Events.Are(_auditor.Looks(_scene), _auditor.Seen(new MapFound(A.MapFacts(1, "hash"), [])), _auditor.Completed());
    }
}
