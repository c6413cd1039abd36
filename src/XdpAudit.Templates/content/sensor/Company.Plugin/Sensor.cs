using System.Threading.Channels;
using XdpAudit.Abstractions;

namespace Company.Plugin;

/// <summary>
/// Hears the kernel. What it hears goes into <see cref="Hear"/> from wherever it comes, and out by the drain, in the order of its moments. It hears
/// nothing yet, and says so: its tier is off. What a kernel refuses is in the status, never an exception.
/// </summary>
public sealed class Sensor : ISensor
{
    private readonly Channel<KernelNotice> _heard = Channel.CreateUnbounded<KernelNotice>();
    private bool _disposed;

    /// <inheritdoc/>
    public Task<SensorStatus> StartAsync(CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return TestAsync(cancellation);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<KernelNotice>> DrainAsync(CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var heard = new List<KernelNotice>();
        while (_heard.Reader.TryRead(out var notice))
        {
            heard.Add(notice);
        }

        return Task.FromResult<IReadOnlyList<KernelNotice>>([.. heard.OrderBy(notice => notice.BootNs)]);
    }

    /// <inheritdoc/>
    public async Task WaitAsync(CancellationToken cancellation) => await _heard.Reader.WaitToReadAsync(cancellation);

    /// <inheritdoc/>
    public Task<SensorStatus> TestAsync(CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);

        // A hook is live when it was made to fire here and was heard.
        SensorTier tier = new(SensorTiers.Tracing, SensorStates.Off, "it opens no hook yet", []);
        return Task.FromResult(new SensorStatus { Tiers = [tier], Invisible = ["everything: no hook is open"] });
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _disposed = true;
        _heard.Writer.TryComplete();
        return default;
    }

    /// <summary>Something happened in the kernel.</summary>
    internal void Hear(KernelNotice notice) => _heard.Writer.TryWrite(notice);
}
