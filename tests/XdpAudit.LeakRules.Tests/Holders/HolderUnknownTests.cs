using XdpAudit.Abstractions;

namespace XdpAudit.LeakRules.Tests;

public sealed class HolderUnknownTests
{
    [Fact]
    public void A_program_that_nothing_visible_holds_is_told_as_such_with_where_to_look()
    {
        var found = Judged.Only(A.Program(17, new HolderView.Unexplained { Why = "everything was looked at" }) with { UnexplainedReferences = 1 });

        Assert.Equal((LeakRule.HolderUnknown, "high"), (found.Rule, found.Severity));
        Assert.Equal(
            "Program 17 'filter' is loaded and has been in force nowhere since 2026-03-01 10:55:00 UTC (1 h 5 min); references the kernel counts beyond those explained: 1; "
            + "something keeps it, and nothing that can be seen does: no process, no pin, no map.",
            found.Summary);
        Assert.Equal("everything was looked at", found.Doubt);
        Assert.Equal(7, found.Needs.Count);
        Assert.StartsWith("grep -Hs 'scm_fds:' /proc/[0-9]*/fdinfo/*", found.Commands("plain"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_could_not_be_looked_at_is_a_doubt_and_makes_it_less_severe()
    {
        var found = Judged.Only(A.Program(17), A.Coverage("holders", "pins"));

        Assert.Equal("medium", found.Severity);
        Assert.Equal("not looked at to the end: pins (open pins of pid 1: EACCES); holders (open holders of pid 1: EACCES)", found.Doubt);
        Assert.StartsWith("xdpaudit doctor", found.Commands("xdpaudit"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_link_that_nothing_visible_holds_is_told_on_the_link_and_not_on_its_program(bool defunct)
    {
        var link = defunct ? A.Link(30, 17).Defunct() : A.Link(30, 17);
        var program = A.Program(17, A.Held(link));

        Assert.Equal(["holder-unknown link 30"], Judged.Said(link, program));
    }

    [Fact]
    public void A_map_inside_a_map_has_no_visible_holder_and_is_not_judged()
    {
        Assert.Empty(Judged.Host(A.Map(5)));
    }
}
