using static XdpAudit.Plugins.FlightRecorder.PerfCalls;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>
/// A thread that waits in poll(2) for those who wait for notices. The perf rings wake it only at half, so that a load costs no wakeup; it looks into
/// them five times a second.
/// </summary>
internal sealed unsafe class Waiting(IReadOnlyList<ITier> tiers) : IDisposable
{
    private const int LookEveryMs = 200;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _asked = new(0, 1);
    private TaskCompletionSource? _waiter;
    private Thread? _thread;
    private volatile bool _stopped;

    internal void Start()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "xat wait" };
        _thread.Start();
    }

    /// <summary>Ends when there may be something to drain, or the sensor was stopped.</summary>
    internal Task WaitAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_stopped || _thread is null)
            {
                return Task.CompletedTask;
            }

            if (_waiter is null)
            {
                _waiter = new(TaskCreationOptions.RunContinuationsAsynchronously);
                if (_asked.CurrentCount == 0)
                {
                    _asked.Release();
                }
            }

            return _waiter.Task.WaitAsync(cancellation);
        }
    }

    /// <summary>Returns when the thread no longer looks at the tiers.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            if (_asked.CurrentCount == 0)
            {
                _asked.Release();
            }
        }

        _thread?.Join();
        Wake();
        _asked.Dispose();
    }

    private void Run()
    {
        // Nobody asks, nobody polls: a ring that is not read stays readable, and poll would come back at once for ever.
        while (!_stopped)
        {
            _asked.Wait();
            while (!_stopped && !Ready())
            {
            }

            Wake();
        }
    }

    private void Wake()
    {
        TaskCompletionSource? waiter;
        lock (_gate)
        {
            (waiter, _waiter) = (_waiter, null);
        }

        waiter?.TrySetResult();
    }

    private bool Ready()
    {
        if (tiers.Any(t => t is IQuietTier { HasData: true }))
        {
            return true;
        }

        Polled[] entries = [.. tiers.SelectMany(t => t.Descriptors).Select(fd => new Polled { Fd = fd, Events = PollIn })];
        fixed (Polled* first = entries)
        {
            return Poll(first, (nuint)entries.Length, LookEveryMs) > 0;
        }
    }
}
