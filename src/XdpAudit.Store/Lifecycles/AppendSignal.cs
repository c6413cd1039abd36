using JasperFx.Events.Daemon.HighWater;

namespace XdpAudit.Store;

/// <summary>
/// Wakes the daemon when a journal of this process has grown. We are the only writer of our journals, so nobody has to be told by NOTIFY, which
/// makes commits wait for each other, and no connection has to LISTEN, which the daemon would keep after its end (9.58). What other auditors
/// append to the same database is found by polling.
/// </summary>
internal sealed class AppendSignal : IDaemonWakeup
{
    private readonly SemaphoreSlim _raised = new(0);

    /// <summary>Something was appended, or perhaps: a signal too many costs a question.</summary>
    internal void Raise()
    {
        if (_raised.CurrentCount == 0)
        {
            _raised.Release();
        }
    }

    public Task WaitAsync(TimeSpan timeout, CancellationToken token) => _raised.WaitAsync(timeout, token);

    public void Dispose()
    {
        // A daemon disposes of it at its end; the next one gets it again.
    }
}
