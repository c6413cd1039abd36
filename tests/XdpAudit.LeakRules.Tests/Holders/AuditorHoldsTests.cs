using XdpAudit.Abstractions;

namespace XdpAudit.LeakRules.Tests;

public sealed class AuditorHoldsTests
{
    [Fact]
    public void A_program_that_only_the_auditor_holds_unasked_is_the_auditors_fault_alone()
    {
        var found = Judged.Only(A.Program(17, A.AuditorFd()).WasAt("eth0"));

        Assert.Equal((LeakRule.AuditorHolds, "high"), (found.Rule, found.Severity));
        Assert.Equal(
            "the auditor (pid 99) has held program 17 'filter' by a descriptor of its own since 2026-03-01 10:00:00 UTC (2 h), and nobody asked it to; nothing else keeps it alive.",
            found.Summary);
        Assert.Equal(
            """
            [ "$(sed 's/.*) //' /proc/99/stat | cut -d' ' -f20)" = 12 ] && kill 99
            grep -Hs '^prog_id:[[:space:]]*17$' /proc/99/fdinfo/*
            """,
            found.Commands("plain"));
    }

    [Fact]
    public void What_an_operation_asked_it_to_hold_is_shown_and_let_go_by_unload()
    {
        var found = Judged.Only(A.Program(17, A.AuditorFd()) with { Operation = A.Ours });

        Assert.Equal("low", found.Severity);
        Assert.StartsWith("xdpaudit program unload 17\n", found.Commands("xdpaudit"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_defunct_link_that_only_the_auditor_holds_is_not_told_twice()
    {
        var link = A.Link(30, 17, A.AuditorFd()).Defunct();

        Assert.Equal(["auditor-holds link 30"], Judged.Said(link, A.Program(17, A.Held(link))));
    }

    [Fact]
    public void Beside_another_holder_both_are_told()
    {
        Assert.Equal(["auditor-holds program 17", "program-retained program 17"], Judged.Said(A.Program(17, A.AuditorFd(), A.Fd(812))));
    }

    [Fact]
    public void A_map_the_auditor_holds_is_told_and_is_no_orphan()
    {
        Assert.Equal(["auditor-holds map 5"], Judged.Said(A.Map(5, "array", A.AuditorFd())));
    }

    [Fact]
    public void The_auditor_is_known_by_its_pid_also()
    {
        Assert.Equal(["auditor-holds program 17"], Judged.Said(A.Program(17, A.Fd(99, "xdpaudit"))));
    }
}
