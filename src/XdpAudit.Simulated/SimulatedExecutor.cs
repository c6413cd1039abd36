using XdpAudit.Abstractions;

namespace XdpAudit.Simulated;

/// <summary>An executor on a <see cref="SimulatedKernel"/>. It answers as the one on the real kernel does, word for word, unless a fault is armed.</summary>
public sealed partial class SimulatedExecutor : IExecutor
{
    // No kernel gives these: what a lying executor reports must not be found.
    private const uint NoSuchId = 2_000_000_000;

    private readonly SimulatedKernel _kernel;
    private readonly string _id;
    private readonly int _pid;
    private readonly string _epoch = Guid.CreateVersion7().ToString("N");
    private readonly OperationMemory _operations = new();
    private readonly Dictionary<KernelLinkId, AttachedProgram> _made = [];
    private bool _disposed;

    /// <summary>An executor that acts as a process of the simulated kernel.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="id">Its plugin id.</param>
    /// <param name="pid">The process that holds what is not pinned.</param>
    public SimulatedExecutor(SimulatedKernel kernel, string id = "simulated", int pid = SimulatedKernel.ExecutorPid) => (_kernel, _id, _pid) = (kernel, id, pid);

    /// <summary>Faults to arm.</summary>
    public SimulatedFaults Faults { get; } = new();

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
        Versions = new Dictionary<string, string> { ["kernel"] = SimulatedKernel.Release },
    });

    /// <summary>Its process ends: what it held without a pin goes.</summary>
    public ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            _kernel.CloseAll(_pid);
        }

        return default;
    }

    private async ValueTask<Outcome<T>> DoAsync<T>(SimulatedCall call, OperationContext context, Func<Outcome<T>> act, Func<T> lie, CancellationToken cancellation)
        where T : class
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellation.ThrowIfCancellationRequested();
        return await _operations.OnceAsync(call.ToString(), context.OperationId, async () =>
        {
            try
            {
                var fault = Faults.Next(call);
                switch (fault?.Kind)
                {
                    case SimulatedFaults.FaultKind.Fail:
                        throw Words.Kernel($"do what was asked ({call})", fault.Errno, "simulated");
                    case SimulatedFaults.FaultKind.Throw:
                        throw new InvalidOperationException($"a fault of the simulated plugin, armed for {call}");
                    case SimulatedFaults.FaultKind.Lie:
                        return Outcome.Succeeded(lie());
                    case SimulatedFaults.FaultKind.Hang:
                        await fault.Hang!.HangAsync().ConfigureAwait(false);
                        break;
                }

                return act();
            }
            catch (Refusal refusal)
            {
                return refusal.As<T>();
            }
        }).ConfigureAwait(false);
    }

    private LoadedProgram Program(ProgramRef program)
    {
        var found = _kernel.Find(program.Id) ?? throw Words.ProgramNotFound(program);
        return found.LoadedNs == program.LoadedNs ? found : throw Words.ProgramIsAnother(program, found.LoadedNs);
    }

    /// <summary>Enters the namespace and makes sure of the interface, as an executor on a real kernel must.</summary>
    private void Verify(InterfaceRef at)
    {
        var cookie = _kernel.Enter(at.NetnsPath) ?? throw Words.NamespaceNotFound(at, Errnos.Enoent, "open");
        if (cookie != at.Netns)
        {
            throw Words.NamespaceIsAnother(at, cookie.Value);
        }

        var name = _kernel.NameOf(at) ?? throw Words.InterfaceNotFound(at, "rtnetlink(RTM_GETLINK)");
        if (name != at.Name)
        {
            throw Words.InterfaceIsAnother(at, name);
        }
    }
}
