using XdpAudit.Abstractions;

namespace XdpAudit.Simulated;

public sealed partial class SimulatedExecutor
{
    /// <inheritdoc/>
    public ValueTask<Outcome<PinResult>> PinAsync(PinRequest request, OperationContext context, CancellationToken cancellation) =>
        DoAsync(SimulatedCall.Pin, context, () => Pin(request), () => new PinResult(request.Path), cancellation);

    /// <inheritdoc/>
    public ValueTask<Outcome<PinResult>> UnpinAsync(UnpinRequest request, OperationContext context, CancellationToken cancellation) =>
        DoAsync(
            SimulatedCall.Unpin,
            context,
            () => IsPinOf(request.Path, request.Kind, request.ObjectId) && _kernel.Unpin(request.Path)
                ? Outcome.Succeeded(new PinResult(request.Path))
                : Outcome.AlreadyApplied(new PinResult(request.Path)),
            () => new PinResult(request.Path),
            cancellation);

    /// <inheritdoc/>
    public ValueTask<Outcome<AdoptedObject>> AdoptAsync(AdoptRequest request, OperationContext context, CancellationToken cancellation) =>
        DoAsync(
            SimulatedCall.Adopt,
            context,
            () => _kernel.PinAt(request.Path) is { } found
                ? Outcome.Succeeded(new AdoptedObject(found.Kind, found.Id, request.Path))
                : throw Words.PinNotFound(request.Path),
            () => new AdoptedObject(ObjectKind.Program, NoSuchId, request.Path),
            cancellation);

    private Outcome<PinResult> Pin(PinRequest request)
    {
        if (request.Kind is not (ObjectKind.Program or ObjectKind.Link or ObjectKind.Map))
        {
            throw Words.KindUnknown(request.Kind);
        }

        if (!_kernel.Holds(request.Kind, request.ObjectId))
        {
            throw Words.ObjectNotFound(request.Kind, request.ObjectId);
        }

        if (_kernel.PinAt(request.Path) == (request.Kind, request.ObjectId))
        {
            return Outcome.AlreadyApplied(new PinResult(request.Path));
        }

        PinOrRefuse(request.Kind, request.ObjectId, request.Path);
        return Outcome.Succeeded(new PinResult(request.Path));
    }

    private void PinOrRefuse(string kind, uint id, PinPath path)
    {
        CheckPin(path);
        if (_kernel.Pin(kind, id, path) is var errno and not 0)
        {
            throw Words.Kernel($"pin at '{path}'", errno, "bpf(BPF_OBJ_PIN)");
        }
    }

    private void CheckPin(PinPath path)
    {
        var dotted = path.Value.Split('/').FirstOrDefault(p => p.Contains('.', StringComparison.Ordinal));
        switch (_kernel.PathErrno(path))
        {
            case Errnos.Eexist:
                throw Words.PinTaken(path, _kernel.PinAt(path) is { } there ? $"{there.Kind} {there.Id}" : "a directory or an object that cannot be opened");
            case Errnos.Eperm when path.Value.StartsWith(SimulatedKernel.Bpffs + "/", StringComparison.Ordinal) && dotted is not null:
                throw Words.PinNameHasDot(path, dotted);
            case Errnos.Eperm:
                throw Words.PinNotOnBpffs(path, "/");
        }
    }

    private bool IsPinOf(PinPath path, string kind, uint id) =>
        _kernel.PinAt(path) is { } found && (found == (kind, id) ? true : throw Words.PinIsAnother(path, $"{found.Kind} {found.Id}", $"{kind} {id}"));
}
