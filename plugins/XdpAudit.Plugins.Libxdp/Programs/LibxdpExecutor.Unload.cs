using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Libxdp;

public sealed partial class LibxdpExecutor
{
    /// <inheritdoc/>
    /// <remarks>A program that still runs under a dispatcher is held by its link there; that is answered, and detaching it is another operation.</remarks>
    public ValueTask<Outcome<UnloadResult>> UnloadAsync(UnloadRequest request, OperationContext context, CancellationToken cancellation) =>
        DoAsync("unload", $"unload program {request.Program.Id}", null, context, () => _lettingGo.UnloadAsync(request, () => Close(request.Program.Id), cancellation), cancellation);

    private void Close(KernelProgramId id)
    {
        if (_programs.TryRemove(id, out var held))
        {
            held.Dispose();
        }
    }
}
