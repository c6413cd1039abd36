using System.Runtime.CompilerServices;
using XdpAudit.Abstractions;

namespace Company.Plugin;

/// <summary>
/// Loads programs to pins, attaches them by netlink, detaches and unloads. What it owes to the auditor is here, what it asks of the kernel is
/// <see cref="IKernel"/>. An expected failure is an outcome, never an exception.
/// </summary>
public sealed partial class Executor(string id, IKernel kernel) : IExecutor
{
    private const int Remembered = 4096;

    // Names this life of the executor: what it answered in another is not known to this one.
    private readonly string _epoch = Guid.CreateVersion7().ToString("N");
    private readonly Lock _turn = new();
    private readonly Dictionary<(string Call, OperationId Id), object> _answered = [];
    private readonly Queue<(string Call, OperationId Id)> _oldest = new();
    private bool _disposed;

    /// <summary>What it can do, from <see cref="ExecutorCapability"/>. Add what you teach it: its promises are then tested too.</summary>
    public static IReadOnlyList<string> Capabilities { get; } = [ExecutorCapability.AttachNative, ExecutorCapability.AttachGeneric, ExecutorCapability.AttachByNetlink];

    /// <inheritdoc/>
    public ValueTask<ExecutorDescriptor> DescribeAsync(CancellationToken cancellation) =>
        new(new ExecutorDescriptor { Id = id, Epoch = _epoch, Capabilities = Capabilities, Versions = new Dictionary<string, string> { ["kernel"] = Environment.OSVersion.Version.ToString() } });

    /// <inheritdoc/>
    public ValueTask<Outcome<LoadedProgram>> LoadAsync(LoadRequest request, OperationContext context, CancellationToken cancellation) =>
        Once(context, () => Load(request, context), cancellation);

    /// <inheritdoc/>
    public ValueTask<Outcome<AttachedProgram>> AttachAsync(AttachRequest request, OperationContext context, CancellationToken cancellation) =>
        Once(context, () => Attach(request), cancellation);

    /// <inheritdoc/>
    public ValueTask<Outcome<NoValue>> DetachAsync(DetachRequest request, OperationContext context, CancellationToken cancellation) =>
        Once(context, () => request.Link is { } link ? Detach(link) : request.Interface is { } at ? Detach(request, at) : Rejected<NoValue>(Errors.DetachOfWhat), cancellation);

    /// <inheritdoc/>
    public ValueTask<Outcome<UnloadResult>> UnloadAsync(UnloadRequest request, OperationContext context, CancellationToken cancellation) =>
        Once(context, () => Unload(request), cancellation);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        // It waits for the call that is under way, and lets none begin after it.
        lock (_turn)
        {
            _disposed = true;
        }

        return default;
    }

    private ValueTask<Outcome<T>> Once<T>(OperationContext context, Func<Outcome<T>> act, CancellationToken cancellation, [CallerMemberName] string call = "")
        where T : class
    {
        lock (_turn)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);

            // To here a cancelled call may throw: the kernel is unchanged. From here on it finishes, whoever waits.
            cancellation.ThrowIfCancellationRequested();

            // A repeat is answered as the first time, and does nothing.
            var key = (call, context.OperationId);
            if (_answered.TryGetValue(key, out var first))
            {
                return new((Outcome<T>)first with { Kind = OutcomeKind.AlreadyApplied });
            }

            // Only what was achieved is remembered: what was refused changed nothing and may be asked for anew.
            var outcome = act();
            if (outcome.Kind is OutcomeKind.Succeeded or OutcomeKind.AlreadyApplied)
            {
                _answered.Add(key, outcome);
                _oldest.Enqueue(key);
                if (_oldest.Count > Remembered)
                {
                    _answered.Remove(_oldest.Dequeue());
                }
            }

            return new(outcome);
        }
    }

    private static Outcome<T> Rejected<T>(ExecutorError error)
        where T : class => Outcome.Rejected<T>(error);
}
