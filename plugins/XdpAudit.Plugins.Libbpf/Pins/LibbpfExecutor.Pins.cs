using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Libbpf;

public sealed partial class LibbpfExecutor
{
    /// <inheritdoc/>
    public ValueTask<Outcome<PinResult>> PinAsync(PinRequest request, OperationContext context, CancellationToken cancellation) =>
        _calls.DoAsync("pin", context, () => Task.FromResult(Pin(request, cancellation)), cancellation);

    /// <inheritdoc/>
    public ValueTask<Outcome<PinResult>> UnpinAsync(UnpinRequest request, OperationContext context, CancellationToken cancellation) =>
        _calls.DoAsync("unpin", context, () => Task.FromResult(Unpin(request, cancellation)), cancellation);

    /// <inheritdoc/>
    public ValueTask<Outcome<AdoptedObject>> AdoptAsync(AdoptRequest request, OperationContext context, CancellationToken cancellation) =>
        _calls.DoAsync("adopt", context, () => Task.FromResult(Adopt(request)), cancellation);

    private static Outcome<PinResult> Pin(PinRequest request, CancellationToken cancellation)
    {
        using var what = KernelPins.Open(request.Kind, request.ObjectId);
        if (PinBytes.Fault(request.Path) is null && KernelPins.Look(request.Path) == new KernelObject(request.Kind, request.ObjectId))
        {
            return Outcome.AlreadyApplied(new PinResult(request.Path));
        }

        KernelPins.Check(request.Path);
        cancellation.ThrowIfCancellationRequested();
        KernelPins.Pin(what, request.Path);
        return Outcome.Succeeded(new PinResult(request.Path));
    }

    private static Outcome<PinResult> Unpin(UnpinRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var removed = KernelPins.Remove(request.Path, new(request.Kind, request.ObjectId));
        return removed ? Outcome.Succeeded(new PinResult(request.Path)) : Outcome.AlreadyApplied(new PinResult(request.Path));
    }

    private static Outcome<AdoptedObject> Adopt(AdoptRequest request) =>
        KernelPins.Find(request.Path) is { } found
            ? Outcome.Succeeded(new AdoptedObject(found.Kind, found.Id, request.Path))
            : throw Words.PinNotFound(request.Path);
}
