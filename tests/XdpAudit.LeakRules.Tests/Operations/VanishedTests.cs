using XdpAudit.Abstractions;

namespace XdpAudit.LeakRules.Tests;

public sealed class VanishedTests
{
    private static readonly EndView _end = new() { Occurred = Occurrence.Between(A.Ago(67), A.Ago(65)), Why = "its last holder let go" };

    [Fact]
    public void A_program_of_ours_that_went_with_its_link_is_told_once()
    {
        var program = A.Program(17) with { Operation = A.Ours, Ended = _end, State = ProgramStates.Unloaded };
        var link = A.Link(30, 17) with { Operation = A.Ours, Ended = _end, State = LinkStates.Released };

        var found = Judged.Only(program, link);

        Assert.Equal((LeakRule.Vanished, "high", A.Ago(65)), (found.Rule, found.Severity, found.Since));
        Assert.Equal(
            "program 17 'filter', which an operation of ours had put there, has been gone since 2026-03-01 10:55:00 UTC (1 h 5 min) at the latest; it was still there 2026-03-01 10:53:00 UTC, "
            + "and no operation of ours ended it: its last holder let go. It took link 30 at 'eth0' in the netns with cookie 1 with it.",
            found.Summary);
        Assert.Equal(
            """
            xdpaudit program history 'program/h/b/17/17000'
            xdpaudit operation show 'op1'
            (load and attach it again the same way, if it belongs there)
            xdpaudit reconcile
            """,
            found.Commands("xdpaudit"));
        Assert.Equal([17L, 117L, 130L], found.Evidence);
    }

    [Fact]
    public void A_link_of_ours_that_went_alone_is_told_on_the_link()
    {
        var link = A.Link(30, 17) with { Operation = A.Ours, Ended = _end, State = LinkStates.Released };

        Assert.Contains("vanished link 30", Judged.Said(link, A.Program(17, A.Fd(812))));
    }

    [Fact]
    public void What_an_operation_ended_or_a_stranger_had_put_there_has_not_vanished()
    {
        Assert.Empty(Judged.Host(
            A.Program(17) with { Operation = A.Ours, Ended = _end with { Operation = new("op2") } },
            A.Program(18) with { Ended = _end },
            A.Link(30, 18) with { Ended = _end }));
    }

    [Fact]
    public void A_reboot_explains_every_end()
    {
        Assert.Empty(Judged.Host(A.Program(17) with { Key = A.Key(17) with { Boot = new("before") }, Operation = A.Ours, Ended = _end }));
    }

    [Fact]
    public void What_has_ended_is_judged_by_no_other_rule()
    {
        Assert.Equal(["vanished program 17"], Judged.Said(A.Program(17, A.Pin("/sys/fs/bpf/x")).WasAt("eth0") with { Operation = A.Ours, Ended = _end }));
    }
}
