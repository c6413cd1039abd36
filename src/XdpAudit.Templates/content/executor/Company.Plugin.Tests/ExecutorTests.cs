using XdpAudit.Abstractions;
using XdpAudit.Conformance;
using XdpAudit.ConformanceTests;
using XdpAudit.Simulated;

namespace Company.Plugin.Tests;

/// <summary>What every executor promises before it has acted once, on the kernel that it is published with.</summary>
public sealed class MannersTests : ExecutorMannersTests
{
    protected override IReadOnlyList<string> Capabilities => Executor.Capabilities;

    protected override IExecutor Build() => new Executor("plugin", new Kernel());
}

/// <summary>
/// What it promises of its acts, and random sequences of them beside a model, on a simulated kernel. For <see cref="Kernel"/> itself, once it is written,
/// derive this class again with an <see cref="ExecutorWorld"/> of the kernel that it reaches.
/// </summary>
public sealed class ActsTests : ExecutorConformanceTests
{
    protected override IReadOnlyList<string> Capabilities => Executor.Capabilities;

    protected override ExecutorWorld Build() => new SimulatedWorld((kernel, pid) => new Executor("plugin", new SimulatedCalls(kernel, pid)));
}
