using XdpAudit.Plugins.Bpftool;

namespace XdpAudit.Plugins.Tests;

/// <summary>The executor on the real kernel, through bpftool. The links it meets are made by libbpf's.</summary>
[Collection(LibbpfExecutorContract.Name)]
public sealed class BpftoolExecutorContract : ExecutorContract
{
    protected override IReadOnlyList<string> Capabilities =>
    [
        ExecutorCapability.AttachNative, ExecutorCapability.AttachGeneric, ExecutorCapability.AttachByNetlink, ExecutorCapability.Pin, ExecutorCapability.Adopt,
    ];

    protected override ExecutorWorld Build()
    {
        Requires.RootAndBpf();
        Requires.Tool("clang");
        return new RealWorld(() => new BpftoolExecutor("bpftool", TimeProvider.System, new()));
    }
}
