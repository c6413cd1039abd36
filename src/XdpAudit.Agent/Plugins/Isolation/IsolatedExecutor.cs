using XdpAudit.Hosting;

namespace XdpAudit.Agent;

/// <summary>An executor in a process of its own. A call that its process does not survive leaves open what it did.</summary>
internal sealed class IsolatedExecutor(Supervisor process) : IExecutor
{
    /// <summary>Longer than the auditor waits before it cancels, so that the plugin can still say that it did nothing.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(63);

    public ValueTask<ExecutorDescriptor> DescribeAsync(CancellationToken cancellation) => Ask("describing itself", (w, c) => w.DescribeExecutorAsync(c), cancellation);

    public ValueTask<Outcome<LoadedProgram>> LoadAsync(LoadRequest request, OperationContext context, CancellationToken cancellation) =>
        Ask("loading", (w, c) => w.LoadAsync(request, context, c), cancellation);

    public ValueTask<Outcome<AttachedProgram>> AttachAsync(AttachRequest request, OperationContext context, CancellationToken cancellation) =>
        Ask("attaching", (w, c) => w.AttachAsync(request, context, c), cancellation);

    public ValueTask<Outcome<NoValue>> DetachAsync(DetachRequest request, OperationContext context, CancellationToken cancellation) =>
        Ask("detaching", (w, c) => w.DetachAsync(request, context, c), cancellation);

    public ValueTask<Outcome<UnloadResult>> UnloadAsync(UnloadRequest request, OperationContext context, CancellationToken cancellation) =>
        Ask("unloading", (w, c) => w.UnloadAsync(request, context, c), cancellation);

    public ValueTask<Outcome<AttachedProgram>> UpdateLinkAsync(UpdateLinkRequest request, OperationContext context, CancellationToken cancellation) =>
        Ask("updating a link", (w, c) => w.UpdateLinkAsync(request, context, c), cancellation);

    public ValueTask<Outcome<PinResult>> PinAsync(PinRequest request, OperationContext context, CancellationToken cancellation) =>
        Ask("pinning", (w, c) => w.PinAsync(request, context, c), cancellation);

    public ValueTask<Outcome<PinResult>> UnpinAsync(UnpinRequest request, OperationContext context, CancellationToken cancellation) =>
        Ask("unpinning", (w, c) => w.UnpinAsync(request, context, c), cancellation);

    public ValueTask<Outcome<AdoptedObject>> AdoptAsync(AdoptRequest request, OperationContext context, CancellationToken cancellation) =>
        Ask("adopting", (w, c) => w.AdoptAsync(request, context, c), cancellation);

    public ValueTask DisposeAsync() => process.DisposeAsync();

    private ValueTask<T> Ask<T>(string during, Func<IPluginWire, CancellationToken, Task<T>> call, CancellationToken cancellation) =>
        new(process.AskAsync(during, Deadline, call, cancellation));
}
