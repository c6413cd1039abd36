using XdpAudit.Abstractions;

namespace XdpAudit.LeakRules.Tests;

public sealed class LinkDefunctTests
{
    [Fact]
    public void A_detached_link_that_its_pin_keeps_is_one_finding_and_its_program_none()
    {
        var link = A.Link(30, 17, A.Pin("/sys/fs/bpf/l")).Defunct();

        var found = Judged.Only(link, A.Program(17, A.Held(link)).WasAt("eth0"));

        Assert.Equal((LeakRule.LinkDefunct, "medium", A.Ago(65)), (found.Rule, found.Severity, found.Since));
        Assert.Equal(
            "link 30 of program 17 'filter' at 'eth0' in the netns with cookie 1 has been defunct since 2026-03-01 10:55:00 UTC (1 h 5 min) because it was detached. "
            + "Detaching does not free a link. Still holding it: the pin '/sys/fs/bpf/l'; and the link alone keeps the program loaded.",
            found.Summary);
        Assert.Equal(new FindingCost(4096, 1), found.Cost);
        Assert.Equal("xdpaudit link unpin 30 --pin '/sys/fs/bpf/l'\nxdpaudit reconcile", found.Commands("xdpaudit"));
        Assert.Equal(
            "bpftool link show pinned '/sys/fs/bpf/l' | grep -q '^30: ' && rm -- '/sys/fs/bpf/l'\nsleep 1; ! bpftool link show id 30 2>/dev/null",
            found.Commands("plain"));
    }

    [Theory]
    [InlineData("interface-gone", "because the interface went away")]
    [InlineData("netns-gone", "because the network namespace went away")]
    [InlineData("unknown", "because of something nobody saw")]
    public void Why_it_is_defunct_is_said_as_far_as_it_is_known(string why, string words)
    {
        var link = A.Link(30, 17, A.Fd(812)).Defunct(why);

        Assert.Contains(words, Judged.Only(link, A.Program(17, A.Held(link))).Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_in_force_elsewhere_makes_it_less_severe_and_costs_nothing()
    {
        var link = A.Link(30, 17, A.Fd(812)).Defunct("interface-gone");

        var found = Judged.Only(link, A.Program(17, A.Held(link), A.Fd(812), A.Netlink()).IsAt("eth1", 3), A.Attachment(17, "eth1", 3));

        Assert.Equal(("low", 0UL), (found.Severity, found.Cost.MemlockBytes!.Value));
    }

    [Fact]
    public void Beside_a_pin_of_the_program_the_program_is_told_too_because_the_link_alone_does_not_free_it()
    {
        var link = A.Link(30, 17, A.Pin("/sys/fs/bpf/l")).Defunct();

        Assert.Equal(["link-defunct link 30", "program-retained program 17"], Judged.Said(link, A.Program(17, A.Held(link), A.Pin("/sys/fs/bpf/x")).WasAt("eth0")));
    }

    [Fact]
    public void A_link_in_force_and_one_that_could_not_be_looked_at_are_not_defunct()
    {
        var unknown = A.Link(31, 17) with { State = LinkStates.Unknown };

        Assert.Empty(Judged.Host(A.Link(30, 17, A.Fd(812)), unknown, A.Program(17, A.Held(unknown)).IsAt("eth0", link: 30), A.Attachment(17, link: 30)));
    }
}
