using Company.Plugin;
using XdpAudit.Abstractions;
using XdpAudit.ConformanceTests;

namespace Company.Plugin.Tests;

/// <summary>
/// What every executor promises before it has acted once. Once it acts, derive <see cref="ExecutorConformanceTests"/> too, with an
/// <c>ExecutorWorld</c> of the kernel it acts on: corners to act in, and the kernel's own account of what is there.
/// </summary>
public sealed class ExecutorTests : ExecutorMannersTests
{
    protected override IReadOnlyList<string> Capabilities => Executor.Capabilities;

    protected override IExecutor Build() => new Executor("plugin");
}
