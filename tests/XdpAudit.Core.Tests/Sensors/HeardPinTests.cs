using static XdpAudit.Core.Tests.Notices;

namespace XdpAudit.Core.Tests;

/// <summary>Pins that a sensor heard made and removed, seen by a look and seen by none.</summary>
public sealed class HeardPinTests
{
    private const string Path = "/sys/fs/bpf/p7";

    private readonly Scene _scene = new();
    private readonly Watcher _watcher = new();

    public HeardPinTests()
    {
        _scene.Program(7, maps: [4]);
        _scene.Map(4);
        _scene.Link(3, 7);
        _watcher.Looks(_scene);
    }

    [Fact]
    public void A_pin_is_told_with_who_pinned_it()
    {
        _scene.Pin(Path, 9, ObjectKind.Program, 7);
        _watcher.Hears(Pin(_watcher.Ns(-1), ObjectKind.Program, 7, Path));

        Assert.Equal((Knowledge.Witnessed, By(51)), Told().OfType<ProgramPinned>().Select(p => (p.KnownBy.How, p.Actor)).Single());
    }

    [Theory]
    [InlineData(ObjectKind.Program, 7)]
    [InlineData(ObjectKind.Link, 3)]
    [InlineData(ObjectKind.Map, 4)]
    public void A_pin_that_was_made_and_removed_between_two_looks_is_told_by_its_path(string kind, uint id)
    {
        _watcher.Hears(Pin(_watcher.Ns(-3), kind, id, Path), Unpin(_watcher.Ns(-2), Path));

        var told = Told();

        Assert.Equal([By(51), By(60)], told.Select(t => t.Actor));
        Assert.All(told, t => Assert.Equal((Knowledge.Witnessed, $"{kind}/"), (t.KnownBy.How, t.Subjects[0][..(kind.Length + 1)])));
        Assert.Equal([PinFacts.OnlyHeardOf(new(Path)), PinFacts.OnlyHeardOf(new(Path))], told.Select(Of));
        Assert.Empty(Told());
        Assert.Empty(Held(kind, id).Pins);
    }

    [Fact]
    public void Two_pins_that_no_look_saw_are_told_apart_by_their_paths()
    {
        _watcher.Hears(
            Pin(_watcher.Ns(-5), ObjectKind.Program, 7, Path), Pin(_watcher.Ns(-4), ObjectKind.Program, 7, Path + "b"),
            Unpin(_watcher.Ns(-3), Path), Unpin(_watcher.Ns(-2), Path + "b"));

        Assert.Equal(
            [("ProgramPinned", Path), ("ProgramPinned", Path + "b"), ("ProgramUnpinned", Path), ("ProgramUnpinned", Path + "b")],
            Told().Select(t => (t.GetType().Name, Of(t).Path.Value)));
    }

    [Fact]
    public void The_last_pin_at_a_path_is_the_one_that_the_look_shows()
    {
        _scene.Pin(Path, 9, ObjectKind.Program, 7);
        _watcher.Hears(Pin(_watcher.Ns(-5), ObjectKind.Program, 7, Path), Unpin(_watcher.Ns(-4), Path), Pin(_watcher.Ns(-3), ObjectKind.Program, 7, Path, pid: 52));

        var told = Told();

        Assert.Equal([("ProgramPinned", 0UL), ("ProgramUnpinned", 0UL), ("ProgramPinned", 9UL)], told.Select(t => (t.GetType().Name, Of(t).Inode)));
        Assert.Equal([By(51), By(60), By(52)], told.Select(t => t.Actor));
    }

    [Fact]
    public void A_pin_that_was_removed_while_the_look_was_under_way_is_told_once()
    {
        _watcher.Hears(Pin(_watcher.Ns(-3), ObjectKind.Program, 7, Path), Unpin(_watcher.Ns(0.5), Path));

        Assert.Equal([("ProgramPinned", By(51)), ("ProgramUnpinned", By(60))], Told().Select(t => (t.GetType().Name, t.Actor)));
        Assert.Empty(Told());
        Assert.Empty(Told());
    }

    [Fact]
    public void The_end_of_what_it_kept_is_the_end_of_a_pin_that_no_look_saw()
    {
        _scene.Program(8);
        _watcher.Looks(_scene);
        _scene.Programs.Remove(8);
        _watcher.Hears(Pin(_watcher.Ns(-3), ObjectKind.Program, 8, Path), Unload(_watcher.Ns(-2), 8));

        Assert.Equal(["ProgramPinned", "ProgramUnpinned", "ProgramUnloaded"], Told().Select(t => t.GetType().Name));
    }

    // The pin can be where no look reaches, or under another name.
    [Theory]
    [InlineData(Path, false)]
    [InlineData("p7", true)]
    public void A_pin_that_nobody_saw_go_is_left_to_the_look(string path, bool removed)
    {
        _watcher.Hears([Pin(_watcher.Ns(-3), ObjectKind.Program, 7, path), .. removed ? new[] { Unpin(_watcher.Ns(-2), path) } : []]);

        Assert.Empty(Told());
    }

    private static PinFacts Of(JournalEvent pin) => pin switch
    {
        ProgramPinned e => e.Pin,
        ProgramUnpinned e => e.Pin,
        LinkPinned e => e.Pin,
        LinkUnpinned e => e.Pin,
        MapPinned e => e.Pin,
        MapUnpinned e => e.Pin,
        _ => throw new Xunit.Sdk.XunitException($"{pin.GetType().Name} tells of no pin"),
    };

    private KernelObjectState Held(string kind, uint id) => kind switch
    {
        ObjectKind.Program => _watcher.Known.Programs[A.Key(id)],
        ObjectKind.Link => _watcher.Known.Links.Values.Single(l => l.Key.Id.Value == id),
        _ => _watcher.Known.Maps.Values.Single(m => m.Facts.Key.Id.Value == id),
    };

    private List<JournalEvent> Told() => [.. _watcher.Looks(_scene).Where(e => e is not ObservationCompleted)];
}
