using XdpAudit.Abstractions;

namespace XdpAudit.Conformance;

/// <summary>An object file to load from.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Sha256">Its digest, lower-case hexadecimal.</param>
/// <param name="Program">A program of it, under a name that no other program of the host has.</param>
/// <param name="Other">The program after it, under another such name.</param>
public sealed record SampleObject(string Path, string Sha256, string Program, string Other);

/// <summary>
/// What the promises of executors need of a kernel: corners to act in, the kernel's own account of what is there, and somebody else who acts beside the
/// executor. One world for one promise. <c>XdpAudit.Simulated</c> has one of a kernel in memory; for another kernel the author of an executor derives it, as
/// tests/XdpAudit.Plugins.Tests does for the real one, by ip and bpftool.
/// </summary>
public abstract class ExecutorWorld : IAsyncDisposable
{
    private readonly List<IExecutor> _executors = [];

    /// <summary>What the executors that can do most declare.</summary>
    public static IReadOnlyList<string> AllCapabilities { get; } =
    [
        ExecutorCapability.AttachNative, ExecutorCapability.AttachGeneric, ExecutorCapability.AttachByLink, ExecutorCapability.AttachByNetlink,
        ExecutorCapability.AttachExpected, ExecutorCapability.LinkUpdate, ExecutorCapability.Pin, ExecutorCapability.Adopt, ExecutorCapability.Ephemeral,
    ];

    /// <summary>Two programs that load, and a map.</summary>
    public abstract SampleObject Good { get; }

    /// <summary>One program that the verifier refuses.</summary>
    public abstract SampleObject Refused { get; }

    /// <summary>The first half of a good object.</summary>
    public abstract SampleObject Truncated { get; }

    /// <summary>A path for a pin, free.</summary>
    public abstract PinPath Pin(string name);

    /// <summary>Another path, on no bpffs.</summary>
    public abstract PinPath PinElsewhere { get; }

    /// <summary>A new interface in a new namespace; <c>veth</c> or <c>bridge</c>.</summary>
    public abstract InterfaceRef Interface(string kind = "veth");

    /// <summary>The interface goes.</summary>
    public abstract void DeleteInterface(InterfaceRef at);

    /// <summary>The namespace goes, with its interfaces.</summary>
    public abstract void DeleteNetns(InterfaceRef at);

    /// <summary>The interface takes another name.</summary>
    public abstract InterfaceRef Rename(InterfaceRef at, string name);

    /// <summary>Moves the interface to the namespace of another.</summary>
    public abstract InterfaceRef Move(InterfaceRef at, InterfaceRef to);

    /// <summary>What is in force; empty when the interface is gone.</summary>
    public abstract IReadOnlyList<ObservedXdp> InForce(InterfaceRef at);

    /// <summary>A program as the kernel tells it, without reference to the executor; null when it is gone.</summary>
    public abstract LoadedProgram? Program(KernelProgramId id);

    /// <summary>Loaded programs of this name.</summary>
    public abstract int CountPrograms(string name);

    /// <summary>The pins there are.</summary>
    public abstract IReadOnlyList<string> Pins();

    /// <summary>The programs and pins there are, for comparing.</summary>
    public string Account() => $"{CountPrograms(Good.Program)} {CountPrograms(Good.Other)} {CountPrograms(Refused.Program)} {string.Join(' ', Pins())}";

    /// <summary>A link's program and interface number, 0 when defunct; null when it is gone.</summary>
    public abstract (KernelProgramId Program, uint IfIndex)? Link(KernelLinkId id);

    /// <summary>Is there a pin at this path?</summary>
    public abstract bool PinExists(PinPath path);

    /// <summary>Somebody else pins a program.</summary>
    public abstract void ForeignPin(KernelProgramId id, PinPath path);

    /// <summary>Somebody else removes a file on the bpffs.</summary>
    public abstract void ForeignUnpin(PinPath path);

    /// <summary>Somebody else sets a program by netlink without asking what is there.</summary>
    public abstract void ForeignNetlink(KernelProgramId id, PinPath pinOfIt, InterfaceRef at, XdpMode mode);

    /// <summary>Somebody else removes by netlink in a mode; the tool's exit code is its only account.</summary>
    public abstract void ForeignNetlinkOff(InterfaceRef at, XdpMode mode);

    /// <summary>Somebody else makes a pinned program array and puts a program into its first slot.</summary>
    public abstract void ForeignProgramArray(PinPath path, KernelProgramId program);

    /// <summary>A new executor, as one in a process of its own; disposed with the world.</summary>
    public IExecutor Start() => Keep(StartExecutor());

    /// <summary>Somebody else's executor, which has all capabilities; disposed with the world.</summary>
    public IExecutor StartOther() => Keep(StartOtherExecutor());

    /// <summary>Disposes the executors and ends the world.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var executor in _executors)
        {
            await executor.DisposeAsync();
        }

        End();
        GC.SuppressFinalize(this);
    }

    /// <summary>A new executor of the kind that is tested.</summary>
    protected abstract IExecutor StartExecutor();

    /// <summary>Somebody else's, with all capabilities; override it where the one that is tested has not all.</summary>
    protected virtual IExecutor StartOtherExecutor() => StartExecutor();

    /// <summary>Takes away what the world made, after its executors.</summary>
    protected abstract void End();

    private IExecutor Keep(IExecutor executor)
    {
        _executors.Add(executor);
        return executor;
    }
}
