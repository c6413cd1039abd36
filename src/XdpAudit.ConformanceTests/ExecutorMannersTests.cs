using XdpAudit.Abstractions;
using XdpAudit.Conformance;
using Xunit;

namespace XdpAudit.ConformanceTests;

/// <summary>What an executor promises before it has acted once; needs no kernel and changes none. Derive one class for each executor.</summary>
public abstract class ExecutorMannersTests
{
    /// <summary>The promises.</summary>
    public static IReadOnlyList<TheoryDataRow<string>> Promised { get; } = Rows.Of<ExecutorManners>();

    /// <summary>What the executor is to declare, in its order.</summary>
    protected abstract IReadOnlyList<string> Capabilities { get; }

    /// <summary>A new executor, as one in a process of its own.</summary>
    protected abstract IExecutor Build();

    /// <summary>One promise.</summary>
    [Theory]
    [MemberData(nameof(Promised))]
    public Task Keeps(string promise) => Promises.KeepAsync(new ExecutorManners(Build, Capabilities), promise);
}
