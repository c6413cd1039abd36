using XdpAudit.Abstractions;

namespace XdpAudit.LeakRules.Tests;

public sealed class AttachmentUnownedTests
{
    private static readonly ProgramView _program = A.Program(17, A.Netlink()).IsAt("eth0");

    [Fact]
    public void A_netlink_attachment_that_nobody_answers_for_is_removed_in_its_exact_mode()
    {
        var found = Judged.Only(_program, A.Attachment(17).InBlue());

        Assert.Equal((LeakRule.AttachmentUnowned, "medium"), (found.Rule, found.Severity));
        Assert.Equal(new FindingSubject("attach-point", "attach-point/h/b/7/2", null, "eth0"), found.Subject);
        Assert.Equal(
            "program 17 'filter' has been in force at 'eth0' in netns 'blue' (native) since 2026-03-01 10:55:00 UTC (1 h 5 min), attached by netlink. "
            + "No process, no pin and no operation answers for it: it stays until the interface goes.",
            found.Summary);
        Assert.Equal("xdpaudit link detach 'interface:eth0@blue' --expected 17\nxdpaudit reconcile", found.Commands("xdpaudit"));
        Assert.Equal(
            """
            ip -n 'blue' link show dev 'eth0' | grep -q 'prog/xdp[a-z]* id 17 ' && ip -n 'blue' link set dev 'eth0' xdpdrv off
            ! ip -n 'blue' link show dev 'eth0' | grep -q 'prog/xdp[a-z]* id 17 '
            """,
            found.Commands("plain"));
    }

    [Theory]
    [InlineData(XdpMode.Native, "xdpdrv")]
    [InlineData(XdpMode.Generic, "xdpgeneric")]
    [InlineData(XdpMode.Offload, "xdpoffload")]
    public void The_mode_is_the_one_it_is_attached_in_because_another_removes_nothing_and_succeeds(XdpMode mode, string word)
    {
        Assert.Contains($"ip link set dev 'eth0' {word} off\n", Judged.Only(_program, A.Attachment(17) with { Mode = mode }).Commands("plain"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_namespace_without_a_name_is_entered_by_its_path_and_named_by_its_cookie()
    {
        var found = Judged.Only(_program, A.Attachment(17).InBlue(name: null, path: "/proc/44/ns/net"));

        Assert.StartsWith("xdpaudit link detach 'interface:eth0@cookie:7' --expected 17", found.Commands("xdpaudit"), StringComparison.Ordinal);
        Assert.StartsWith("nsenter --net='/proc/44/ns/net' ip link show dev 'eth0'", found.Commands("plain"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_namespace_that_no_path_leads_into_is_left_to_xdpaudit()
    {
        var found = Judged.Only(_program, A.Attachment(17).InBlue(name: null));

        Assert.StartsWith("(take it out of force; the program goes with its last attachment: no path leads into the netns with cookie 7;", found.Commands("plain"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_hostile_interface_name_stays_one_word()
    {
        var found = Judged.Only(_program, A.Attachment(17, "'$(reboot)`\\x1b"));

        Assert.Contains("link set dev \"$(printf '\\047$(reboot)`\\033')\" xdpdrv off", found.Commands("plain"), StringComparison.Ordinal);
        Assert.Contains("'interface:'\\''$(reboot)`\\x1b' --expected 17", found.Commands("xdpaudit"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_living_holder_a_pin_a_held_link_or_an_operation_of_ours_answers_for_it()
    {
        var link = A.Link(30, 17, A.Fd(812));

        Assert.Empty(Judged.Host(A.Program(17, A.Netlink(), A.Fd(812)).IsAt("eth0"), A.Attachment(17)));
        Assert.Empty(Judged.Host(A.Program(17, A.Netlink(), A.Pin("/sys/fs/bpf/x")).IsAt("eth0"), A.Attachment(17)));
        Assert.Empty(Judged.Host(A.Program(17, A.Netlink(), A.Held(link)).IsAt("eth0").IsAt("eth1", 3, 30), link, A.Attachment(17), A.Attachment(17, "eth1", 3, 30)));
        Assert.Empty(Judged.Host(_program, A.Attachment(17) with { Operation = A.Ours }));
    }

    [Fact]
    public void An_attachment_by_a_link_is_owned_by_what_holds_the_link()
    {
        var link = A.Link(30, 17, A.Pin("/sys/fs/bpf/l"));

        Assert.Empty(Judged.Host(A.Program(17, A.Held(link)).IsAt("eth0", link: 30), link, A.Attachment(17, link: 30)));
    }

    [Fact]
    public void A_process_that_holds_only_a_map_of_it_may_be_its_owner()
    {
        var map = A.Map(5, "hash", A.Fd(812), new HolderView.Program { Key = A.Key(17), Id = new(17) }) with { UsedBy = [new(17)] };

        var found = Judged.Only(_program with { MapIds = [new(5)] }, map, A.Attachment(17));

        Assert.Equal(("low", "its hash map 5 'counters' is held by pid 812 (loader) by fd 5, which may be its owner"), (found.Severity, found.Doubt));
    }

    [Fact]
    public void A_dispatcher_of_libxdp_is_owned_while_programs_run_under_it_and_unowned_when_none_does()
    {
        var dispatcher = _program with { Name = "xdp_dispatcher" };
        var link = A.Link(30, 18, A.Pin("/sys/fs/bpf/xdp/dispatch-2-17/prog0-link")) with { Type = "tracing" };
        var extension = A.Program(18, A.Held(link)) with { Type = "ext" };

        Assert.Empty(Judged.Host(dispatcher, link, extension, A.Attachment(17)));
        Assert.Equal(["attachment-unowned attach-point eth0"], Judged.Said(dispatcher, A.Attachment(17)));
    }
}
