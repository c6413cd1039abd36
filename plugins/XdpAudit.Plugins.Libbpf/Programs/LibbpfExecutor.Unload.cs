using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Libbpf;

public sealed partial class LibbpfExecutor
{
    /// <inheritdoc/>
    public ValueTask<Outcome<UnloadResult>> UnloadAsync(UnloadRequest request, OperationContext context, CancellationToken cancellation) =>
        _calls.DoAsync("unload", context, () => _lettingGo.UnloadAsync(request, () => Close(request.Program.Id), cancellation), cancellation);

    private void Close(KernelProgramId id)
    {
        if (_programs.TryRemove(id, out var held))
        {
            held.Dispose();
        }
    }
}
