using System.Globalization;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Bpftool;

public sealed partial class BpftoolExecutor
{
    /// <inheritdoc/>
    public ValueTask<Outcome<PinResult>> PinAsync(PinRequest request, OperationContext context, CancellationToken cancellation) =>
        _calls.DoAsync("pin", context, () => PinAsync(request, cancellation), cancellation);

    /// <inheritdoc/>
    /// <remarks>bpftool removes no pins: a pin is a file, and removed as one.</remarks>
    public ValueTask<Outcome<PinResult>> UnpinAsync(UnpinRequest request, OperationContext context, CancellationToken cancellation) =>
        _calls.DoAsync("unpin", context, () => Task.FromResult(Pinning.Unpin(request, cancellation)), cancellation);

    /// <inheritdoc/>
    public ValueTask<Outcome<AdoptedObject>> AdoptAsync(AdoptRequest request, OperationContext context, CancellationToken cancellation) =>
        _calls.DoAsync("adopt", context, () => Task.FromResult(Pinning.Adopt(request)), cancellation);

    private async Task<Outcome<PinResult>> PinAsync(PinRequest request, CancellationToken cancellation)
    {
        // Held over the call, so that the number bpftool is given stays the object's.
        using var what = KernelPins.Open(request.Kind, request.ObjectId);
        var itself = new KernelObject(request.Kind, request.ObjectId);
        if (PinBytes.Fault(request.Path) is null && KernelPins.Look(request.Path) == itself)
        {
            return Outcome.AlreadyApplied(new PinResult(request.Path));
        }

        KernelPins.Check(request.Path);
        var path = BpftoolWords.Argument(request.Path);
        var bpftool = await _tools.BpftoolAsync(cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        var made = KernelPins.MakeDirectories(request.Path);
        try
        {
            var verb = request.Kind == ObjectKind.Program ? "prog" : request.Kind;
            var answer = await bpftool.RunAsync(["-j", "-n", "--", verb, "pin", "id", request.ObjectId.ToString(CultureInfo.InvariantCulture), path], cancellation).ConfigureAwait(false);
            var asked = $"pin {itself} at '{request.Path}'";
            return Settle(answer, KernelPins.Look(request.Path) == itself, asked, complaint => NotPinned(request, answer, asked, complaint), cancellation) is { } refusal
                ? throw refusal
                : Outcome.Succeeded(new PinResult(request.Path)) with { Warnings = [.. Doubts(answer)] };
        }
        catch
        {
            KernelPins.RemoveEmpty(made);
            throw;
        }
    }

    private static Refusal NotPinned(PinRequest request, ToolAnswer answer, string asked, Complaint complaint) =>
        KernelPins.Look(request.Path) is { } there ? Words.PinTaken(request.Path, there.ToString()) : BpftoolWords.Failed(answer, asked, complaint);
}
