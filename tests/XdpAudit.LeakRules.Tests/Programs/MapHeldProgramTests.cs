using XdpAudit.Abstractions;

namespace XdpAudit.LeakRules.Tests;

public sealed class MapHeldProgramTests
{
    private static readonly ProgramView _kept = A.Program(17, A.Element(5, 3));

    private static MapView Array(params uint[] usedBy) => A.Map(5, "prog_array", A.Pin("/sys/fs/bpf/m")) with { UsedBy = [.. usedBy.Select(id => new KernelProgramId(id))], Keeps = [new(17)] };

    [Fact]
    public void A_program_that_only_a_forgotten_map_keeps_is_one_finding_and_the_map_is_none()
    {
        var found = Judged.Only(_kept, Array());

        Assert.Equal((LeakRule.MapHeldProgram, "low"), (found.Rule, found.Severity));
        Assert.Equal(
            "program 17 'filter' has been in force nowhere since 2026-03-01 10:55:00 UTC (1 h 5 min), and no program in force can reach it. Still holding it: element 3 of prog_array map 5, "
            + "and nothing else; prog_array map 5 'counters' is kept by the pin '/sys/fs/bpf/m'.",
            found.Summary);
        Assert.Equal("bpftool map delete id 5 key hex 03 00 00 00\nsleep 1; ! bpftool prog show id 17 2>/dev/null", found.Commands("plain"));
        Assert.Equal("bpftool map delete id 5 key hex 03 00 00 00\nxdpaudit reconcile", found.Commands("xdpaudit"));
    }

    [Fact]
    public void The_target_of_a_tail_call_of_a_program_in_force_is_no_leak()
    {
        Assert.Empty(Judged.Host(_kept, Array(16), A.Program(16, A.Netlink(), A.Fd(3)).IsAt("eth0"), A.Attachment(16)));
    }

    [Fact]
    public void The_target_of_a_target_of_a_tail_call_is_no_leak()
    {
        var between = A.Program(18, A.Element(6, 0));
        var first = A.Map(6, "prog_array", A.Pin("/sys/fs/bpf/n")) with { UsedBy = [new(16)], Keeps = [new(18)] };

        Assert.Empty(Judged.Host(_kept, Array(18), between, first, A.Program(16, A.Netlink(), A.Fd(3)).IsAt("eth0"), A.Attachment(16)));
    }

    [Fact]
    public void A_map_of_a_program_of_another_type_is_taken_for_used()
    {
        Assert.Empty(Judged.Host(_kept, Array(999)));
    }

    [Fact]
    public void The_target_of_a_tail_call_of_a_retained_program_is_kept_by_the_map()
    {
        Assert.Equal(["map-held-program program 17", "program-retained program 16"], Judged.Said(_kept, Array(16), A.Program(16, A.Pin("/sys/fs/bpf/x")).WasAt("eth0")));
    }
}
