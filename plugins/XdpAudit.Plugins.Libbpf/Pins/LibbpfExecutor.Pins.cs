using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Libbpf;

public sealed partial class LibbpfExecutor
{
    /// <inheritdoc/>
    public ValueTask<Outcome<PinResult>> PinAsync(PinRequest request, OperationContext context, CancellationToken cancellation) =>
        _calls.DoAsync("pin", context, () => Task.FromResult(Pinning.Pin(request, cancellation)), cancellation);

    /// <inheritdoc/>
    public ValueTask<Outcome<PinResult>> UnpinAsync(UnpinRequest request, OperationContext context, CancellationToken cancellation) =>
        _calls.DoAsync("unpin", context, () => Task.FromResult(Pinning.Unpin(request, cancellation)), cancellation);

    /// <inheritdoc/>
    public ValueTask<Outcome<AdoptedObject>> AdoptAsync(AdoptRequest request, OperationContext context, CancellationToken cancellation) =>
        _calls.DoAsync("adopt", context, () => Task.FromResult(Pinning.Adopt(request)), cancellation);
}
