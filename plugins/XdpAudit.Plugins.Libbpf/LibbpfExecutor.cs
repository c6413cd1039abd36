using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Libbpf;

/// <summary>
/// An executor on the kernel it runs on. Between calls it holds the objects it was asked to make without a pin, and nothing else.
/// The files of this class are its abilities, one each.
/// </summary>
public sealed partial class LibbpfExecutor : IExecutor
{
    /// <summary>Programs are freed after a grace period of the kernel; up to about a second was seen.</summary>
    public static readonly TimeSpan DefaultUnloadWait = LettingGo.DefaultWait;

    private readonly string _id;
    private readonly string _epoch = Guid.CreateVersion7().ToString("N");
    private readonly Calls _calls = new(cause => cause is DllNotFoundException ? Words.LibraryMissing(cause.Message) : null);
    private readonly LettingGo _lettingGo;
    private readonly ConcurrentDictionary<KernelProgramId, Descriptor> _programs = new();
    private readonly ConcurrentDictionary<KernelLinkId, Descriptor> _links = new();

    // The kernel tells neither mode nor namespace of a link; what was read back when we attached it holds for its whole life.
    private readonly ConcurrentDictionary<KernelLinkId, MadeLink> _attached = new();

    /// <summary>An executor for a plugin id; <paramref name="unloadWait"/> bounds how long an unload waits for the program to go.</summary>
    public LibbpfExecutor(string id, TimeProvider time, TimeSpan unloadWait)
    {
        (_id, _lettingGo) = (id, new(time, unloadWait));
        LibbpfPrint.Enter();
    }

    /// <inheritdoc/>
    public ValueTask<ExecutorDescriptor> DescribeAsync(CancellationToken cancellation) => new(new ExecutorDescriptor
    {
        Id = _id,
        Epoch = _epoch,
        Capabilities =
        [
            ExecutorCapability.AttachNative, ExecutorCapability.AttachGeneric, ExecutorCapability.AttachByLink, ExecutorCapability.AttachByNetlink,
            ExecutorCapability.AttachExpected, ExecutorCapability.LinkUpdate, ExecutorCapability.Pin, ExecutorCapability.Adopt, ExecutorCapability.Ephemeral,
        ],
        Versions = new Dictionary<string, string> { ["libbpf"] = LibraryVersion(), ["kernel"] = KernelRelease() },
    });

    /// <summary>Waits for calls under way, closes what it holds (which detaches and unloads what nothing else holds), and gives up libbpf's callback.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!await _calls.EndAsync().ConfigureAwait(false))
        {
            return;
        }

        foreach (var descriptor in _links.Values.Concat(_programs.Values))
        {
            descriptor.Dispose();
        }

        LibbpfPrint.Leave();
    }

    private sealed record MadeLink(InterfaceRef At, XdpMode Mode, PinPath? Pin);

    private static unsafe string LibraryVersion()
    {
        try
        {
            return Marshal.PtrToStringUTF8((nint)LibbpfObject.libbpf_version_string()) ?? "";
        }
        catch (DllNotFoundException)
        {
            return "missing";
        }
    }

    private static string KernelRelease() => File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
}
