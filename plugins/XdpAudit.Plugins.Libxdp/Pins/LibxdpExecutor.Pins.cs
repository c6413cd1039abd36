using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Libxdp;

public sealed partial class LibxdpExecutor
{
    /// <inheritdoc/>
    public ValueTask<Outcome<PinResult>> PinAsync(PinRequest request, OperationContext context, CancellationToken cancellation) =>
        DoAsync("pin", $"pin at '{request.Path}'", ExecutorCapability.Pin, context, () => Task.FromResult(Pinning.Pin(request, cancellation)), cancellation);

    /// <inheritdoc/>
    public ValueTask<Outcome<PinResult>> UnpinAsync(UnpinRequest request, OperationContext context, CancellationToken cancellation) =>
        DoAsync("unpin", $"remove pin '{request.Path}'", ExecutorCapability.Pin, context, () => Task.FromResult(Pinning.Unpin(request, cancellation)), cancellation);

    /// <inheritdoc/>
    public ValueTask<Outcome<AdoptedObject>> AdoptAsync(AdoptRequest request, OperationContext context, CancellationToken cancellation) =>
        DoAsync("adopt", $"adopt '{request.Path}'", ExecutorCapability.Adopt, context, () => Task.FromResult(Pinning.Adopt(request)), cancellation);
}
