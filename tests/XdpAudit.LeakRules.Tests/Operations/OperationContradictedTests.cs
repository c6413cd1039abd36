using XdpAudit.Abstractions;

namespace XdpAudit.LeakRules.Tests;

public sealed class OperationContradictedTests
{
    private static OperationView Operation(string kind, string state = OperationStates.Contradicted) => new()
    {
        Id = new("0197"),
        Kind = kind,
        State = state,
        RequestedAt = A.Ago(65),
        RequestedBy = new() { Pid = 5, Comm = "xdpaudit" },
        Executor = "bpftool",
        Target = "filter on eth0",
        Program = A.Key(17),
        ProgramId = new(17),
        AttachPoint = A.Point(),
        Verification = "program 17 is still in force at eth0.",
        FirstPosition = 40,
        LastPosition = 43,
    };

    [Fact]
    public void A_detach_that_removed_nothing_is_told_with_the_commands_that_do()
    {
        var found = Judged.Only(Operation(OperationKinds.LinkDetach), A.Program(17, A.Netlink(), A.Fd(812)).IsAt("eth0"), A.Attachment(17) with { Mode = XdpMode.Generic });

        Assert.Equal((LeakRule.OperationContradicted, "high"), (found.Rule, found.Severity));
        Assert.Equal(new FindingSubject("operation", "0197", null, "link.detach filter on eth0"), found.Subject);
        Assert.Equal(
            "executor 'bpftool' reported success for link.detach of filter on eth0, asked for 2026-03-01 10:55:00 UTC (1 h 5 min ago) by pid 5 (xdpaudit), "
            + "and the kernel disagrees: program 17 is still in force at eth0.",
            found.Summary);
        Assert.Equal(
            """
            ip link show dev 'eth0' | grep -q 'prog/xdp[a-z]* id 17 ' && ip link set dev 'eth0' xdpgeneric off
            ! ip link show dev 'eth0' | grep -q 'prog/xdp[a-z]* id 17 '
            """,
            found.Commands("plain"));
        Assert.Equal([40L, 43L], found.Evidence);
        Assert.Empty(found.Needs);
    }

    [Fact]
    public void An_unload_that_left_the_program_is_told_with_what_still_holds_it()
    {
        var found = Judged.Host(Operation(OperationKinds.ProgramUnload), A.Program(17, A.Pin("/sys/fs/bpf/x")).WasAt("eth0")).Single(f => f.Rule == LeakRule.OperationContradicted);

        Assert.StartsWith("bpftool prog show pinned '/sys/fs/bpf/x'", found.Commands("plain"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unpin_that_left_the_pin_is_told_with_the_pin_and_no_other()
    {
        var program = A.Program(17, A.Netlink(), A.Pin("/sys/fs/bpf/x"), A.Pin("/sys/fs/bpf/y")).IsAt("eth0");

        var found = Judged.Only(Operation(OperationKinds.ProgramUnpin) with { Pin = new("/sys/fs/bpf/y") }, program, A.Attachment(17));

        Assert.Equal("bpftool prog show pinned '/sys/fs/bpf/y' | grep -q '^17: ' && rm -- '/sys/fs/bpf/y'\nbpftool -f prog show id 17", found.Commands("plain"));
    }

    [Theory]
    [InlineData(OperationStates.Verified)]
    [InlineData(OperationStates.Failed)]
    [InlineData(OperationStates.Requested)]
    [InlineData(OperationStates.Settled)]
    public void An_operation_in_any_other_state_is_not_contradicted(string state)
    {
        Assert.Empty(Judged.Host(Operation(OperationKinds.LinkAttach, state)));
    }

    [Fact]
    public void A_later_one_that_the_kernel_confirmed_settles_it()
    {
        var later = Operation(OperationKinds.LinkAttach, OperationStates.Verified) with { Id = new("0198"), RequestedAt = A.Ago(5) };

        Assert.Empty(Judged.Host(Operation(OperationKinds.LinkAttach), later));
        Assert.Single(Judged.Host(Operation(OperationKinds.LinkAttach), later with { AttachPoint = A.Point(9) }));
    }
}
