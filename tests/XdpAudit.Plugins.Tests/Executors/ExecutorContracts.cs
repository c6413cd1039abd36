using XdpAudit.Conformance;
using XdpAudit.ConformanceTests;
using XdpAudit.Plugins.Bpftool;
using XdpAudit.Plugins.Libbpf;
using XdpAudit.Plugins.Libxdp;
using XdpAudit.Simulated;

namespace XdpAudit.Plugins.Tests;

/// <summary>The executor on the real kernel, through libbpf.</summary>
[Collection(LibbpfExecutorContract.Name)]
public sealed class LibbpfExecutorContract : ExecutorConformanceTests
{
    /// <summary>libbpf is one per process, with one callback: tests that drive it take turns.</summary>
    internal const string Name = "libbpf of this process";

    protected override IReadOnlyList<string> Capabilities => ExecutorWorld.AllCapabilities;

    protected override ExecutorWorld Build()
    {
        Requires.RootAndBpf();
        Requires.Tool("clang");
        return new RealWorld();
    }
}

/// <summary>The executor on the simulated kernel.</summary>
public sealed class SimulatedExecutorContract : ExecutorConformanceTests
{
    protected override IReadOnlyList<string> Capabilities => ExecutorWorld.AllCapabilities;

    protected override ExecutorWorld Build() => new SimulatedWorld();
}

/// <summary>The executor on the real kernel, through bpftool. The links it meets are made by libbpf's.</summary>
[Collection(LibbpfExecutorContract.Name)]
public sealed class BpftoolExecutorContract : ExecutorConformanceTests
{
    internal static readonly string[] Declared =
    [
        ExecutorCapability.AttachNative, ExecutorCapability.AttachGeneric, ExecutorCapability.AttachByNetlink, ExecutorCapability.Pin, ExecutorCapability.Adopt,
    ];

    protected override IReadOnlyList<string> Capabilities => Declared;

    protected override ExecutorWorld Build()
    {
        Requires.RootAndBpf();
        Requires.Tool("clang");
        return new RealWorld(() => new BpftoolExecutor("bpftool", TimeProvider.System, new()));
    }
}

/// <summary>libbpf's executor before it acts.</summary>
[Collection(LibbpfExecutorContract.Name)]
public sealed class LibbpfExecutorManners : ExecutorMannersTests
{
    protected override IReadOnlyList<string> Capabilities => ExecutorWorld.AllCapabilities;

    protected override IExecutor Build()
    {
        Requires.RootAndBpf();
        return new LibbpfExecutor("libbpf", TimeProvider.System, LibbpfExecutor.DefaultUnloadWait);
    }
}

/// <summary>The simulated executor before it acts.</summary>
public sealed class SimulatedExecutorManners : ExecutorMannersTests
{
    protected override IReadOnlyList<string> Capabilities => ExecutorWorld.AllCapabilities;

    protected override IExecutor Build() => new SimulatedExecutor(new(), pid: 1000);
}

/// <summary>bpftool's executor before it acts.</summary>
[Collection(LibbpfExecutorContract.Name)]
public sealed class BpftoolExecutorManners : ExecutorMannersTests
{
    protected override IReadOnlyList<string> Capabilities => BpftoolExecutorContract.Declared;

    protected override IExecutor Build()
    {
        Requires.RootAndBpf();
        return new BpftoolExecutor("bpftool", TimeProvider.System, new());
    }
}

/// <summary>libxdp's executor before it acts: the same where it may do nothing.</summary>
[Collection(LibbpfExecutorContract.Name)]
public sealed class LibxdpExecutorManners : ExecutorMannersTests
{
    protected override IReadOnlyList<string> Capabilities
    {
        get
        {
            Requires.RootAndBpf();
            Requires.Tool("clang");
            Requires.Tool("xdp-loader");
            return LibxdpScene.RefusesExt ? [] : LibxdpExecutor.AllCapabilities;
        }
    }

    protected override IExecutor Build()
    {
        Requires.RootAndBpf();
        return new LibxdpExecutor("libxdp", TimeProvider.System, LibxdpScene.Options);
    }
}
