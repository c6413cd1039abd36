using XdpAudit.ConformanceTests;
using XdpAudit.Plugins.Sample;

namespace XdpAudit.Plugins.Tests;

/// <summary>The executor that docs/plugins.md shows keeps what the page promises.</summary>
public sealed class PageExecutorManners : ExecutorMannersTests
{
    protected override IReadOnlyList<string> Capabilities => IpExecutor.Capabilities;

    protected override IExecutor Build() => new IpExecutor("sample");
}

/// <summary>And it acts.</summary>
public sealed class PageExecutorTests
{
    [Fact]
    public async Task It_takes_a_netlink_attachment_off_once_and_answers_the_same_again()
    {
        Requires.RootAndBpf();
        Requires.Tool("clang");
        using var lab = new Lab();
        var netns = lab.Netns();
        var path = lab.CompileBpf("sample", Samples.Pass);
        Lab.In(netns, "ip", "link", "set", "dev", "va", "xdpgeneric", "obj", path, "sec", "xdp");
        await using var executor = new IpExecutor("sample");
        var at = new InterfaceRef { Netns = new(1), NetnsPath = $"/run/netns/{netns}", IfIndex = new(1), Name = "va" };

        var wrong = await DetachAsync(executor, at, XdpMode.Native, "a");
        var done = await DetachAsync(executor, at, XdpMode.Generic, "b");
        var again = await DetachAsync(executor, at, XdpMode.Generic, "b");
        var later = await DetachAsync(executor, at, XdpMode.Generic, "c");
        var nowhere = await DetachAsync(executor, at with { Name = "nowhere" }, XdpMode.Generic, "d");

        Assert.Equal((OutcomeKind.Failed, ErrorCode.Kernel), (wrong.Kind, wrong.Error!.Code));
        Assert.Equal([OutcomeKind.Succeeded, OutcomeKind.AlreadyApplied, OutcomeKind.AlreadyApplied], new[] { done.Kind, again.Kind, later.Kind });
        Assert.Equal((OutcomeKind.Rejected, ErrorCode.InterfaceNotFound), (nowhere.Kind, nowhere.Error!.Code));
        Assert.DoesNotContain("xdp", Lab.In(netns, "ip", "link", "show", "dev", "va"), StringComparison.Ordinal);
    }

    private static async Task<Outcome<NoValue>> DetachAsync(IpExecutor executor, InterfaceRef at, XdpMode mode, string operation) =>
        await executor.DetachAsync(new() { Interface = at, Mode = mode }, new() { OperationId = new(operation) }, TestContext.Current.CancellationToken);
}
