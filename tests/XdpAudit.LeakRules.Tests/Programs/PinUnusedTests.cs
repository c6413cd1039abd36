using XdpAudit.Abstractions;

namespace XdpAudit.LeakRules.Tests;

public sealed class PinUnusedTests
{
    [Fact]
    public void A_program_that_was_never_attached_and_that_pins_alone_keep_is_an_unused_pin()
    {
        var found = Judged.Only(A.Program(17, A.Pin("/sys/fs/bpf/x"), A.Pin("/sys/fs/bpf/y")) with { LoadedBy = new() { Pid = 5, Comm = "bpfd" } });

        Assert.Equal((LeakRule.PinUnused, "low", "program"), (found.Rule, found.Severity, found.Subject.Kind));
        Assert.Equal(
            "program 17 'filter' has been in force nowhere since 2026-03-01 10:55:00 UTC (1 h 5 min) and no attachment of it was ever seen (loaded 2026-03-01 10:00:00 UTC by pid 5 (bpfd)). "
            + "Nothing uses it. Still holding it: the pin '/sys/fs/bpf/x' and the pin '/sys/fs/bpf/y', and nothing else.",
            found.Summary);
        Assert.Equal(
            "xdpaudit program unpin 17 --pin '/sys/fs/bpf/x'\nxdpaudit program unpin 17 --pin '/sys/fs/bpf/y'\nxdpaudit reconcile",
            found.Commands("xdpaudit"));
    }

    [Fact]
    public void Once_it_was_attached_the_detach_is_the_story_and_not_the_pin()
    {
        Assert.Equal(["program-retained program 17"], Judged.Said(A.Program(17, A.Pin("/sys/fs/bpf/x")).WasAt("eth0")));
    }

    [Fact]
    public void A_pinned_program_that_a_program_in_force_calls_is_in_use()
    {
        var caller = A.Program(16, A.Netlink(), A.Fd(3)).IsAt("eth0") with { MapIds = [new(5)] };
        var map = A.Map(5, "prog_array", A.Pin("/sys/fs/bpf/m")) with { UsedBy = [new(16)], Keeps = [new(17)], UnusedSince = null };

        Assert.Empty(Judged.Host(caller, map, A.Program(17, A.Pin("/sys/fs/bpf/x"), A.Element(5, 0)), A.Attachment(16)));
    }

    [Fact]
    public void A_pinned_link_that_is_in_force_is_how_it_is_meant()
    {
        var link = A.Link(30, 17, A.Pin("/sys/fs/bpf/l"));

        Assert.Empty(Judged.Host(A.Program(17, A.Held(link)).IsAt("eth0", link: 30), link, A.Attachment(17, link: 30)));
    }
}
