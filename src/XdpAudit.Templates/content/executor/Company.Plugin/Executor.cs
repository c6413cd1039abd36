using XdpAudit.Abstractions;

namespace Company.Plugin;

/// <summary>
/// Acts on the kernel. It can do nothing yet, and says so; what it comes to do it declares in its capabilities. An expected failure is an outcome,
/// never an exception. A cancelled call throws only while the kernel is unchanged. Within one epoch a repeated operation id answers as the first time.
/// </summary>
public sealed class Executor(string id) : IExecutor
{
    // Names this life of the executor: what it answered in another is not known to this one.
    private readonly string _epoch = Guid.CreateVersion7().ToString("N");
    private bool _disposed;

    /// <summary>What it can do, from <see cref="ExecutorCapability"/>.</summary>
    public static IReadOnlyList<string> Capabilities { get; } = [];

    /// <inheritdoc/>
    public ValueTask<ExecutorDescriptor> DescribeAsync(CancellationToken cancellation) =>
        new(new ExecutorDescriptor { Id = id, Epoch = _epoch, Capabilities = Capabilities, Versions = new Dictionary<string, string> { ["kernel"] = Environment.OSVersion.Version.ToString() } });

    /// <inheritdoc/>
    public ValueTask<Outcome<LoadedProgram>> LoadAsync(LoadRequest request, OperationContext context, CancellationToken cancellation) =>
        Unsupported<LoadedProgram>("load", cancellation);

    /// <inheritdoc/>
    public ValueTask<Outcome<AttachedProgram>> AttachAsync(AttachRequest request, OperationContext context, CancellationToken cancellation) =>
        Unsupported<AttachedProgram>(request.ByNetlink ? ExecutorCapability.AttachByNetlink : ExecutorCapability.AttachByLink, cancellation);

    /// <inheritdoc/>
    public ValueTask<Outcome<NoValue>> DetachAsync(DetachRequest request, OperationContext context, CancellationToken cancellation) =>
        Unsupported<NoValue>("detach", cancellation);

    /// <inheritdoc/>
    public ValueTask<Outcome<UnloadResult>> UnloadAsync(UnloadRequest request, OperationContext context, CancellationToken cancellation) =>
        Unsupported<UnloadResult>("unload", cancellation);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _disposed = true;
        return default;
    }

    private ValueTask<Outcome<T>> Unsupported<T>(string capability, CancellationToken cancellation)
        where T : class
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellation.ThrowIfCancellationRequested();
        return new(Outcome.Unsupported<T>(capability));
    }
}
