namespace XdpAudit.Agent;

/// <summary>The faults of one plugin within a window, and what follows: how long to wait before it is started again, and whether it is at all.</summary>
internal sealed class FaultCount(SupervisionSettings settings, TimeProvider time)
{
    private readonly Queue<DateTimeOffset> _faults = new();

    /// <summary>One more.</summary>
    internal void Add()
    {
        _faults.Enqueue(time.GetUtcNow());
        Forget();
    }

    /// <summary>How many there are.</summary>
    internal int Number
    {
        get
        {
            Forget();
            return _faults.Count;
        }
    }

    /// <summary>They are too many.</summary>
    internal bool TooMany => Number >= settings.FaultsToQuarantine;

    /// <summary>The wait before the next start.</summary>
    internal TimeSpan Wait
    {
        get
        {
            var wait = settings.FirstWait * Math.Pow(2, Math.Max(0, Number - 1));
            return wait < settings.LongestWait ? wait : settings.LongestWait;
        }
    }

    private void Forget()
    {
        while (_faults.TryPeek(out var oldest) && time.GetUtcNow() - oldest > settings.FaultWindow)
        {
            _faults.Dequeue();
        }
    }
}
