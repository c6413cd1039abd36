using XdpAudit.Abstractions;

namespace XdpAudit.LeakRules.Tests;

public sealed class AttachmentPartialTests
{
    private static readonly ProgramView _program = A.Program(17, A.Netlink("eth1"), A.Fd(812)).IsAt("eth1", 3);
    private static readonly AttachmentView _eth1 = A.Attachment(17, "eth1", 3);

    [Fact]
    public void A_program_that_lost_one_of_its_two_interfaces_is_told_with_how_to_put_it_back()
    {
        var found = Judged.Only(_program.WasAt("eth0", "unknown"), _eth1);

        Assert.Equal((LeakRule.AttachmentPartial, "medium", A.Ago(65)), (found.Rule, found.Severity, found.Since));
        Assert.Equal("program 17 'filter' is in force at 'eth1', but no longer at 'eth0' since 2026-03-01 10:55:00 UTC (1 h 5 min), because of something nobody saw.", found.Summary);
        Assert.Equal("xdpaudit program history 17\nxdpaudit link attach 17 --interface='eth0' --mode native\nxdpaudit reconcile", found.Commands("xdpaudit"));
        Assert.Equal("bpftool net attach xdpdrv id 17 dev 'eth0'\nbpftool net show", found.Commands("plain"));
        Assert.Equal(new FindingCost(0, 1), found.Cost);
    }

    [Fact]
    public void A_detach_somebody_asked_for_with_another_tool_may_be_meant()
    {
        var found = Judged.Only(_program.WasAt("eth0"), _eth1);

        Assert.Equal("low", found.Severity);
        Assert.Contains("it may be meant", found.Doubt, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("interface-gone")]
    [InlineData("netns-gone")]
    [InlineData("interface-moved")]
    public void What_went_with_its_interface_is_not_missing(string why)
    {
        Assert.Empty(Judged.Host(_program.WasAt("eth0", why), _eth1));
    }

    [Fact]
    public void What_an_operation_of_ours_ended_is_not_missing()
    {
        Assert.Empty(Judged.Host(_program.WasAt("eth0", by: A.Ours), _eth1));
    }

    [Fact]
    public void A_program_that_moved_from_one_interface_to_the_other_was_never_at_both()
    {
        Assert.Empty(Judged.Host(_program.WasAt("eth0", "unknown", until: 115), _eth1));
    }

    [Fact]
    public void Where_it_is_in_force_again_or_another_is_it_is_not_missing()
    {
        var other = A.Program(18, A.Netlink(), A.Fd(3)).IsAt("eth0");

        Assert.Empty(Judged.Host(_program.WasAt("eth0", "unknown").IsAt("eth0"), _eth1, A.Attachment(17)));
        Assert.Empty(Judged.Host(_program.WasAt("eth0", "replaced"), _eth1, other, A.Attachment(18)));
    }

    [Fact]
    public void A_stranger_that_pushed_it_off_and_left_leaves_it_missing()
    {
        Assert.Equal("medium", Judged.Only(_program.WasAt("eth0", "replaced"), _eth1).Severity);
    }

    [Fact]
    public void A_program_in_force_nowhere_is_retained_and_not_partial()
    {
        Assert.Equal(["program-retained program 17"], Judged.Said(A.Program(17, A.Fd(812)).WasAt("eth0", "unknown").WasAt("eth1", "unknown", ifIndex: 3)));
    }
}
