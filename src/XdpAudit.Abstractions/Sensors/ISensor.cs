namespace XdpAudit.Abstractions;

/// <summary>
/// Hears the kernel. Everything it says can be written down and sent; it never changes what it watches, but for the private objects of its own
/// self-test. Calls come one at a time, except <see cref="WaitAsync"/>, which may be waiting while others are called.
/// </summary>
public interface ISensor : IAsyncDisposable
{
    /// <summary>
    /// Opens every tier that can be opened, and tries each hook: one that does not fire is not trusted. From the return on nothing is missed without
    /// a <see cref="LossNotice"/>. Never throws for what a kernel refuses: that is in the status.
    /// </summary>
    Task<SensorStatus> StartAsync(CancellationToken cancellation);

    /// <summary>Everything heard up to this call and not yet given, by <see cref="KernelNotice.BootNs"/>. Does not wait.</summary>
    Task<IReadOnlyList<KernelNotice>> DrainAsync(CancellationToken cancellation);

    /// <summary>Waits until there may be something to drain. May end early.</summary>
    Task WaitAsync(CancellationToken cancellation);

    /// <summary>Makes every live hook fire on objects of its own, which leave nothing behind, and tells which were heard.</summary>
    Task<SensorStatus> TestAsync(CancellationToken cancellation);
}
