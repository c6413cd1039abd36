using XdpAudit.Abstractions;

namespace XdpAudit.Plugins;

/// <summary>What is done with pins without making any.</summary>
internal static partial class Pinning
{
    internal static Outcome<PinResult> Unpin(UnpinRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var removed = KernelPins.Remove(request.Path, new(request.Kind, request.ObjectId));
        return removed ? Outcome.Succeeded(new PinResult(request.Path)) : Outcome.AlreadyApplied(new PinResult(request.Path));
    }

    internal static Outcome<AdoptedObject> Adopt(AdoptRequest request) =>
        KernelPins.Find(request.Path) is { } found
            ? Outcome.Succeeded(new AdoptedObject(found.Kind, found.Id, request.Path))
            : throw Words.PinNotFound(request.Path);
}
