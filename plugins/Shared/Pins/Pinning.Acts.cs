using XdpAudit.Abstractions;

namespace XdpAudit.Plugins;

/// <summary>What makes pins by bpf(2).</summary>
internal static partial class Pinning
{
    internal static Outcome<PinResult> Pin(PinRequest request, CancellationToken cancellation)
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
}
