using XdpAudit.Abstractions;

namespace XdpAudit.LeakRules.Tests;

public sealed class AttachmentReplacedTests
{
    private static readonly ProgramView _stranger = A.Program(17, A.Netlink(), A.Fd(812)).IsAt("eth0");

    [Fact]
    public void A_stranger_over_a_program_of_ours_is_taken_off_and_the_old_one_put_back()
    {
        var old = A.Program(16, A.Pin("/sys/fs/bpf/guard"), A.Netlink()).IsAt("eth1", 3) with { Name = "guard" };
        var attachment = A.Attachment(17).InBlue() with { Replaced = A.Replaced(16) with { OldOperation = A.Ours }, AttachedBy = new() { Pid = 812, Comm = "ip" } };

        var found = Judged.Only(_stranger, old, attachment);

        Assert.Equal((LeakRule.AttachmentReplaced, "high", A.Ago(65)), (found.Rule, found.Severity, found.Since));
        Assert.Equal(
            "program 17 'filter' took the place of program 16 'guard' at 'eth0' in netns 'blue' and has been in force there since 2026-03-01 10:55:00 UTC (1 h 5 min). "
            + "We had put the old one there; no operation of ours replaced it, pid 812 (ip) did.",
            found.Summary);
        Assert.Equal(
            """
            xdpaudit interface history -- 'eth0'
            xdpaudit link detach 'interface:eth0@blue' --expected 17
            xdpaudit link attach 16 --interface='eth0' --netns='blue' --mode native
            xdpaudit reconcile
            """,
            found.Commands("xdpaudit"));
        Assert.Equal(
            """
            ip -n 'blue' link show dev 'eth0' | grep -q 'prog/xdp[a-z]* id 17 ' && ip -n 'blue' link set dev 'eth0' xdpdrv off
            nsenter --net='/run/netns/blue' bpftool net attach xdpdrv id 16 dev 'eth0'
            ! ip -n 'blue' link show dev 'eth0' | grep -q 'prog/xdp[a-z]* id 17 '
            """,
            found.Commands("plain"));
        Assert.Contains(77L, found.Evidence);
    }

    [Fact]
    public void A_stranger_in_a_link_is_detached_by_the_link_and_its_pins_go_too()
    {
        var link = A.Link(30, 17, A.Pin("/sys/fs/bpf/l"));

        var found = Judged.Only(A.Program(17, A.Held(link)).IsAt("eth0", link: 30), link, A.Attachment(17, link: 30) with { Replaced = A.Replaced(16) });

        Assert.StartsWith(
            "bpftool link detach id 30\nbpftool link show pinned '/sys/fs/bpf/l' | grep -q '^30: ' && rm -- '/sys/fs/bpf/l'\n(load and attach the old program again",
            found.Commands("plain"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_code_again_is_no_stranger_whatever_its_name()
    {
        Assert.Empty(Judged.Host(_stranger, A.Attachment(17) with { Replaced = A.Replaced(16, "other", 1000, _stranger.Tag) with { OldOperation = A.Ours } }));
    }

    [Fact]
    public void An_update_by_the_same_owner_is_no_stranger()
    {
        Assert.Empty(Judged.Host(_stranger, A.Attachment(17) with { Replaced = A.Replaced(16, "filter") }));
    }

    [Fact]
    public void An_update_over_a_program_of_ours_that_we_were_not_asked_for_is_told()
    {
        Assert.Equal("medium", Judged.Only(_stranger, A.Attachment(17) with { Replaced = A.Replaced(16, "filter") with { OldOperation = A.Ours } }).Severity);
    }

    [Fact]
    public void The_same_name_from_another_user_is_a_stranger()
    {
        Assert.Equal("high", Judged.Only(_stranger, A.Attachment(17) with { Replaced = A.Replaced(16, "filter", 1000) }).Severity);
    }

    [Fact]
    public void What_an_operation_of_ours_replaced_was_asked_for()
    {
        Assert.Empty(Judged.Host(_stranger, A.Attachment(17) with { Replaced = A.Replaced(16) with { Operation = A.Ours } }));
    }

    [Fact]
    public void When_the_code_that_was_there_first_is_back_the_trouble_is_over()
    {
        var back = A.Program(18, A.Fd(812)).IsAt("eth0") with { Name = "guard", Tag = new("aa") };
        var first = A.Program(16, A.Pin("/sys/fs/bpf/guard")).WasAt("eth0", "replaced") with { Name = "guard", Tag = new("aa") };

        var found = Judged.Host(back, first, A.Attachment(18) with { Replaced = A.Replaced(17, "filter") });

        Assert.DoesNotContain(found, f => f.Rule == LeakRule.AttachmentReplaced);
    }
}
