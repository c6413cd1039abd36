using XdpAudit.Abstractions;
using XdpAudit.Plugins.LeakRules;

namespace XdpAudit.LeakRules.Tests;

public sealed class ProgramDuplicatedTests
{
    [Fact]
    public void A_daemon_that_loads_again_at_every_start_is_told_with_all_its_surplus_copies()
    {
        var copies = Copies(3);

        var found = Judged.Host([.. copies, A.Attachment(3)]).Single(f => f.Rule == LeakRule.ProgramDuplicated);

        Assert.Equal(("low", A.Ago(90), 1u), (found.Severity, found.Since, found.Subject.KernelId!.Value));
        Assert.Equal(
            "3 copies of program 'filter' (tag 00000000000000aa) are loaded, the oldest 2026-03-01 10:10:00 UTC, the newest 2026-03-01 10:30:00 UTC; "
            + "2 older ones are in force nowhere, the first since 2026-03-01 10:30:00 UTC (1 h 30 min). Something loads it again without letting go of the one before.",
            found.Summary);
        Assert.Equal(new FindingCost(8192, 2), found.Cost);
        Assert.Equal(
            """
            (mend what loads it: the newest of which we saw the loader came from pid 3 (daemon), /usr/bin/daemon; each of its runs leaves a copy)
            bpftool prog show pinned '/sys/fs/bpf/1' | grep -q '^1: ' && rm -- '/sys/fs/bpf/1'
            bpftool prog show pinned '/sys/fs/bpf/2' | grep -q '^2: ' && rm -- '/sys/fs/bpf/2'
            sleep 1; ! bpftool prog show | grep -E '^(1|2): '
            """,
            found.Commands("plain"));
    }

    [Theory]
    [InlineData(3, "low")]
    [InlineData(11, "medium")]
    [InlineData(101, "high")]
    public void The_more_copies_the_more_severe(int count, string severity)
    {
        Assert.Equal(severity, Judged.Host([.. Copies(count)]).Single(f => f.Rule == LeakRule.ProgramDuplicated).Severity);
    }

    [Fact]
    public void A_new_copy_does_not_make_another_finding()
    {
        var before = Judged.Host([.. Copies(3)]).Single(f => f.Rule == LeakRule.ProgramDuplicated);
        var after = Judged.Host([.. Copies(4)]).Single(f => f.Rule == LeakRule.ProgramDuplicated);

        Assert.Equal(before.Subject, after.Subject);
    }

    [Fact]
    public void Copies_that_are_all_in_force_are_no_growth()
    {
        var programs = Copies(3).Select(p => (p with { Attachments = [], FormerAttachments = [] }).IsAt($"eth{p.Id}", p.Id.Value));

        Assert.Empty(Judged.Host([.. programs]));
    }

    [Fact]
    public void Two_copies_are_an_update_under_way()
    {
        Assert.DoesNotContain(Judged.Host([.. Copies(2)]), f => f.Rule == LeakRule.ProgramDuplicated);
    }

    [Fact]
    public void Copies_loaded_at_one_moment_came_from_one_run()
    {
        Assert.DoesNotContain(Judged.Host([.. Copies(5).Select(p => p with { LoadedAt = A.Ago(100) })]), f => f.Rule == LeakRule.ProgramDuplicated);
    }

    [Fact]
    public void Programs_of_other_code_or_of_another_user_are_no_copies()
    {
        var copies = Copies(4);

        Assert.DoesNotContain(Judged.Host(copies[0], copies[1], copies[2] with { Tag = new("bb") }, copies[3] with { Uid = 1000 }), f => f.Rule == LeakRule.ProgramDuplicated);
    }

    [Fact]
    public void The_count_from_which_on_it_speaks_can_be_set()
    {
        Assert.DoesNotContain(Judged.Host(A.View([.. Copies(3)]), new LeakRulesOptions { DuplicatedCount = 4 }), f => f.Rule == LeakRule.ProgramDuplicated);
    }

    /// <summary>Copies a quarter of an hour apart; the newest is in force, the others are pinned and were.</summary>
    private static ProgramView[] Copies(int count) =>
    [
        .. Enumerable.Range(1, count).Select(i => A.Program((uint)i, A.Pin($"/sys/fs/bpf/{i}")) with
        {
            Tag = new("00000000000000aa"),
            LoadedAt = A.Ago(120 - (10 * i)),
            UnattachedSince = A.Ago(100 - (10 * i)),
            LoadedBy = new() { Pid = i, Comm = "daemon", Exe = "/usr/bin/daemon" },
        }).Select((p, i) => i == count - 1 ? p.IsAt("eth0") : p.WasAt("eth0", "replaced")),
    ];
}
