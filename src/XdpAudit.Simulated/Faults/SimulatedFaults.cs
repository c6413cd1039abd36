using System.Collections.Concurrent;

namespace XdpAudit.Simulated;

/// <summary>The calls a fault can be armed for.</summary>
public enum SimulatedCall
{
    /// <summary>No call.</summary>
    None = 0,

    /// <summary>LoadAsync.</summary>
    Load,

    /// <summary>AttachAsync.</summary>
    Attach,

    /// <summary>DetachAsync.</summary>
    Detach,

    /// <summary>UnloadAsync.</summary>
    Unload,

    /// <summary>UpdateLinkAsync.</summary>
    UpdateLink,

    /// <summary>PinAsync.</summary>
    Pin,

    /// <summary>UnpinAsync.</summary>
    Unpin,

    /// <summary>AdoptAsync.</summary>
    Adopt,
}

/// <summary>Faults that can be armed. Each strikes once, the next call of its kind; several for one kind strike in the order they were armed.</summary>
public sealed class SimulatedFaults
{
    private readonly ConcurrentDictionary<SimulatedCall, ConcurrentQueue<Fault>> _armed = new();

    internal enum FaultKind
    {
        Fail,
        Throw,
        Lie,
        Hang,
    }

    internal sealed record Fault(FaultKind Kind, int Errno = 0, SimulatedHang? Hang = null);

    /// <summary>The kernel refuses with this errno(3); nothing is done.</summary>
    public void FailNext(SimulatedCall call, int errno) => Arm(call, new(FaultKind.Fail, errno));

    /// <summary>The plugin is broken: an exception comes out of it.</summary>
    public void ThrowNext(SimulatedCall call) => Arm(call, new(FaultKind.Throw));

    /// <summary>Success is reported and nothing is done.</summary>
    public void LieNext(SimulatedCall call) => Arm(call, new(FaultKind.Lie));

    /// <summary>The call hangs, deaf to cancellation, until it is released; then it is carried out.</summary>
    public SimulatedHang HangNext(SimulatedCall call)
    {
        var hang = new SimulatedHang();
        Arm(call, new(FaultKind.Hang, 0, hang));
        return hang;
    }

    internal Fault? Next(SimulatedCall call) => _armed.TryGetValue(call, out var queue) && queue.TryDequeue(out var fault) ? fault : null;

    private void Arm(SimulatedCall call, Fault fault) => _armed.GetOrAdd(call, _ => new()).Enqueue(fault);
}

/// <summary>A call that hangs.</summary>
public sealed class SimulatedHang
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the call has begun to hang.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Lets the call go on.</summary>
    public void Release() => _released.TrySetResult();

    internal Task HangAsync()
    {
        _reached.TrySetResult();
        return _released.Task;
    }
}
