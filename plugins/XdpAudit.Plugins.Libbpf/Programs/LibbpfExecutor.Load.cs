using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Libbpf;

public sealed partial class LibbpfExecutor
{
    /// <inheritdoc/>
    /// <remarks>
    /// Point of no return: the load itself. A pin that fails after it takes the load back, and with it the pins of maps that the object asked for.
    /// Cancellation is heeded up to the load.
    /// </remarks>
    public ValueTask<Outcome<LoadedProgram>> LoadAsync(LoadRequest request, OperationContext context, CancellationToken cancellation) =>
        _calls.DoAsync("load", context, () => Task.FromResult(Load(request, context, cancellation)), cancellation);

    private Outcome<LoadedProgram> Load(LoadRequest request, OperationContext context, CancellationToken cancellation)
    {
        if (request.Pin is { } asked)
        {
            KernelPins.Check(asked);
        }

        var bytes = ObjectBytes.Read(request);
        using var loader = new ObjectLoader(request, bytes);
        cancellation.ThrowIfCancellationRequested();
        loader.Load(context.MaxVerifierLogBytes);
        return LoadedPrograms.Keep(loader, request, _programs);
    }
}
