using System.Globalization;
using XdpAudit.Conformance;
using Xunit;

namespace XdpAudit.ConformanceTests;

/// <summary>What an executor promises of its acts, in a world of the author's. Derive one class for each executor and kernel.</summary>
public abstract class ExecutorConformanceTests
{
    /// <summary>The promises.</summary>
    public static IReadOnlyList<TheoryDataRow<string>> Promised { get; } = Rows.Of<ExecutorSuite>();

    /// <summary>Seeds of the random sequences; the variable XDPAUDIT_SEED has another in their place.</summary>
    public static IReadOnlyList<TheoryDataRow<int>> Seeds { get; } =
        Environment.GetEnvironmentVariable("XDPAUDIT_SEED") is { Length: > 0 } seed ? [new(int.Parse(seed, CultureInfo.InvariantCulture))] : [new(1), new(2), new(3)];

    /// <summary>What the executor is to declare, in its order.</summary>
    protected abstract IReadOnlyList<string> Capabilities { get; }

    /// <summary>A new world; one is made for each promise. Skip here where the machine has not what it takes.</summary>
    protected abstract ExecutorWorld Build();

    /// <summary>One promise, kept in a world of its own.</summary>
    [Theory]
    [MemberData(nameof(Promised))]
    public async Task Keeps(string promise)
    {
        await using var world = Build();
        await Promises.KeepAsync(new ExecutorSuite(world, Capabilities), promise);
    }

    /// <summary>A random sequence of operations, and the kernel as it must be after each.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task FollowsTheModel(int seed)
    {
        await using var world = Build();
        await ExecutorModel.RunAsync(world, Capabilities, seed);
    }
}
