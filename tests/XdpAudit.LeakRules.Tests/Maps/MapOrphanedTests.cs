using XdpAudit.Abstractions;

namespace XdpAudit.LeakRules.Tests;

public sealed class MapOrphanedTests
{
    [Fact]
    public void A_pinned_map_that_no_program_uses_is_an_orphan()
    {
        var found = Judged.Only(A.Map(5, "hash", A.Pin("/sys/fs/bpf/m")));

        Assert.Equal((LeakRule.MapOrphaned, "low"), (found.Rule, found.Severity));
        Assert.Equal("no program has used hash map 5 'counters' since 2026-03-01 10:55:00 UTC (1 h 5 min). Still holding it: the pin '/sys/fs/bpf/m'.", found.Summary);
        Assert.Equal(
            "bpftool map show pinned '/sys/fs/bpf/m' | grep -q '^5: ' && rm -- '/sys/fs/bpf/m'\nsleep 1; ! bpftool map show id 5 2>/dev/null",
            found.Commands("plain"));
    }

    [Fact]
    public void A_large_one_is_more_severe()
    {
        Assert.Equal("medium", Judged.Only(A.Map(5, "hash", A.Fd(812)) with { MemlockBytes = 64 << 20 }).Severity);
    }

    [Fact]
    public void A_map_that_a_program_uses_or_another_map_holds_is_no_orphan()
    {
        Assert.Empty(Judged.Host(
            A.Map(5, "hash", A.Pin("/sys/fs/bpf/m")) with { UsedBy = [new(17)] },
            A.Map(6, "hash", A.Pin("/sys/fs/bpf/n"), new HolderView.Program { Key = A.Key(18), Id = new(18) }),
            A.Map(7, "hash", A.Pin("/sys/fs/bpf/o"), A.Element(8, 0, "array_of_maps"))));
    }

    [Fact]
    public void A_map_that_only_its_retained_program_keeps_is_told_by_the_program()
    {
        var map = A.Map(5, "hash", new HolderView.Program { Key = A.Key(17), Id = new(17) }) with { UsedBy = [new(17)] };

        Assert.Equal(["pin-unused program 17"], Judged.Said(A.Program(17, A.Pin("/sys/fs/bpf/x")) with { MapIds = [new(5)] }, map));
    }
}
