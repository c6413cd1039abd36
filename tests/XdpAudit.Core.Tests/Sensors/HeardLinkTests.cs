using static XdpAudit.Core.Tests.Notices;

namespace XdpAudit.Core.Tests;

/// <summary>Links and netlink attachments that a sensor heard come, change and go.</summary>
public sealed class HeardLinkTests
{
    private readonly Scene _scene = new();
    private readonly Watcher _watcher = new();

    public HeardLinkTests()
    {
        _scene.Program(7);
        _scene.Program(8);
        _watcher.Looks(_scene);
    }

    [Fact]
    public void A_link_and_what_it_brought_into_force_are_told_with_the_actor()
    {
        _scene.Link(3, 7);
        var create = Create(_watcher.Ns(-1), 3, 7);
        _watcher.Hears(create);

        Events.Are(
            Told(),
            _watcher.Witnessed(create, new LinkCreated(A.LinkFacts(3, 7, A.Place(2), "eth0")), true),
            _watcher.Witnessed(create, new AttachmentEstablished(A.Place(2), A.Names("eth0"), XdpMode.Native, A.Key(7), "p7", A.Link(3, 7)), true));
        Assert.Empty(Told());
    }

    [Fact]
    public void A_link_that_came_and_went_between_two_looks_is_told_to_its_end()
    {
        var close = Close(_watcher.Ns(-1), ObjectKind.Link, 3);
        _watcher.Hears(Create(_watcher.Ns(-3), 3, 7), Detach(_watcher.Ns(-2), 3, 7), close);

        var told = Told();

        Assert.Equal(["LinkCreated", "AttachmentEstablished", "AttachmentRemoved", "LinkDetached", "LinkReleased"], told.Select(t => t.GetType().Name));
        Assert.All(told, t => Assert.Equal((Knowledge.Witnessed, By(50)), (t.KnownBy.How, t.Actor)));
        Assert.Equal(EndReason.Asked, told.OfType<LinkDetached>().Single().Why);
        Assert.Equal(_watcher.Witnessed(close, told[4], true).Occurred, told[4].Occurred);
    }

    // Seen on a busy machine: the look had read the descriptors and interfaces when the process ended, and read the links when they were gone.
    [Fact]
    public void A_link_that_went_with_its_process_while_the_look_was_under_way_is_told_with_who_that_was()
    {
        _scene.Link(3, 7);
        _scene.Holds(60, ObjectKind.Link, 3);
        _watcher.Looks(_scene);
        _scene.Links.Clear();
        _watcher.Hears(Exit(_watcher.Ns(0.4), 60));

        var told = Told();

        Assert.Equal(["AttachmentRemoved", "HolderGone", "LinkReleased"], told.Select(t => t.GetType().Name));
        Assert.All(told, t => Assert.Equal((Knowledge.Witnessed, By(60)), (t.KnownBy.How, t.Actor)));
        Assert.Equal("process 60 (loader) ended", ((LinkReleased)told[2]).Cause);
    }

    [Fact]
    public void An_update_replaces_what_is_in_force()
    {
        _scene.Link(3, 7);
        _watcher.Looks(_scene);
        _scene.Link(3, 8);
        var update = Update(_watcher.Ns(-1), 3, 7, 8);
        _watcher.Hears(update);

        var told = Told();

        Assert.Equal(["LinkProgramReplaced", "AttachmentReplaced"], told.Select(t => t.GetType().Name));
        Assert.All(told, t => Assert.Equal(update.Actor, t.Actor));
    }

    [Fact]
    public void What_netlink_set_replaced_and_removed_is_told_though_a_look_saw_none_of_it()
    {
        _watcher.Hears(Set(_watcher.Ns(-3), null, 7), Set(_watcher.Ns(-2), 7, 8, pid: 51), Set(_watcher.Ns(-1), 8, null, pid: 52));

        var told = Told();

        Assert.Equal(["AttachmentEstablished", "AttachmentReplaced", "AttachmentRemoved"], told.Select(t => t.GetType().Name));
        Assert.Equal([By(50), By(51), By(52)], told.Select(t => t.Actor));
        Assert.Equal(EndReason.Asked, told.OfType<AttachmentRemoved>().Single().Why);
    }

    [Fact]
    public void A_netlink_attachment_heard_while_the_look_was_under_way_is_told_once()
    {
        _scene.InForce(7);
        _watcher.Hears(Set(_watcher.Ns(0.5), null, 7, pid: 51));

        Assert.Equal(By(51), Assert.IsType<AttachmentEstablished>(Assert.Single(Told())).Actor);
        Assert.Empty(Told());
    }

    // Without the tracing tier only the end of its program is heard.
    [Theory]
    [InlineData(false, false, EndReason.Asked)]
    [InlineData(true, false, EndReason.NetnsGone)]
    [InlineData(true, true, EndReason.Unknown)]
    public void A_netlink_attachment_of_a_program_that_went_ended_with_its_namespace_only_where_a_look_can_tell(bool gone, bool someLeftOut, string why)
    {
        NetnsCookie other = new(77);
        _scene.Netns(other);
        _scene.Interface(2, "eth0", other);
        _scene.InForce(7, netns: other);
        _watcher.Looks(_scene);
        _scene.Programs.Remove(7);
        if (gone)
        {
            _scene.NoNetns(other);
        }
        else
        {
            _scene.Free(netns: other);
        }

        _watcher.Hears(Unload(_watcher.Ns(-1), 7));
        var told = _watcher.Looks(_scene, someLeftOut ? Missing.Namespaces : Missing.Nothing);

        Assert.Equal(why, told.OfType<AttachmentRemoved>().Single().Why);
        Assert.Single(told.OfType<ProgramUnloaded>());
    }

    [Fact]
    public void A_link_of_ours_is_one_event_known_from_the_sensor_the_executor_and_the_look()
    {
        var asked = _watcher.Asked("op1", new() { Kind = OperationKinds.LinkAttach, Executor = "libbpf", Target = "p7", Program = A.Key(7), AttachPoint = A.Place(2) });
        _watcher.Answered(asked, new OperationSucceeded(asked.Id, new() { LinkId = new(3), Mode = XdpMode.Native }));
        _scene.Link(3, 7);
        _watcher.Hears(Create(_watcher.Ns(-1), 3, 7));

        var created = Told().OfType<LinkCreated>().Single();

        Assert.Equal(asked.Id, created.Operation);
        Assert.Equal(["executor:libbpf"], created.KnownBy.ConfirmedBy.Where(c => c.StartsWith("executor", StringComparison.Ordinal)));
        Assert.Equal((Knowledge.Witnessed, 2), (created.KnownBy.How, created.KnownBy.ConfirmedBy.Count));
    }

    private List<JournalEvent> Told() => [.. _watcher.Looks(_scene).Where(e => e is not ObservationCompleted)];
}
