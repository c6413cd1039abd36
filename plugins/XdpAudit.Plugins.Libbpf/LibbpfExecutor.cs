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
    public static readonly TimeSpan DefaultUnloadWait = TimeSpan.FromSeconds(2);

    private readonly string _id;
    private readonly TimeProvider _time;
    private readonly TimeSpan _unloadWait;
    private readonly string _epoch = Guid.CreateVersion7().ToString("N");
    private readonly OperationMemory _operations = new();
    private readonly ConcurrentDictionary<KernelProgramId, Descriptor> _programs = new();
    private readonly ConcurrentDictionary<KernelLinkId, Descriptor> _links = new();

    // The kernel tells neither mode nor namespace of a link; what was read back when we attached it holds for its whole life.
    private readonly ConcurrentDictionary<KernelLinkId, MadeLink> _attached = new();
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _underWay = [];
    private bool _disposed;

    /// <summary>An executor for a plugin id; <paramref name="unloadWait"/> bounds how long an unload waits for the program to go.</summary>
    public LibbpfExecutor(string id, TimeProvider time, TimeSpan unloadWait)
    {
        (_id, _time, _unloadWait) = (id, time, unloadWait);
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
            ExecutorCapability.LinkUpdate, ExecutorCapability.Pin, ExecutorCapability.Adopt, ExecutorCapability.Ephemeral,
        ],
        Versions = new Dictionary<string, string> { ["libbpf"] = LibraryVersion(), ["kernel"] = KernelRelease() },
    });

    /// <summary>Waits for calls under way, closes what it holds (which detaches and unloads what nothing else holds), and gives up libbpf's callback.</summary>
    public async ValueTask DisposeAsync()
    {
        List<Task> underWay;
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            underWay = [.. _underWay];
        }

        await Task.WhenAll(underWay).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var descriptor in _links.Values.Concat(_programs.Values))
        {
            descriptor.Dispose();
        }

        LibbpfPrint.Leave();
    }

    private sealed record MadeLink(InterfaceRef At, XdpMode Mode, PinPath? Pin);

    private async ValueTask<Outcome<T>> DoAsync<T>(string call, OperationContext context, Func<Task<Outcome<T>>> act, CancellationToken cancellation)
        where T : class
    {
        cancellation.ThrowIfCancellationRequested();
        Task<Outcome<T>> running;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            running = _operations.OnceAsync(call, context.OperationId, () => Task.Run(() => AnswerAsync(act), CancellationToken.None));
            _underWay.Add(running);
        }

        try
        {
            return await running.ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _underWay.Remove(running);
            }
        }
    }

    private static async Task<Outcome<T>> AnswerAsync<T>(Func<Task<Outcome<T>>> act) where T : class
    {
        try
        {
            return await act().ConfigureAwait(false);
        }
        catch (Refusal refusal)
        {
            return refusal.As<T>();
        }
        catch (DllNotFoundException e)
        {
            return Words.LibraryMissing(e.Message).As<T>();
        }
    }

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
