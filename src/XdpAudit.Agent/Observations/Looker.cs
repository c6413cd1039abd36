using System.Diagnostics;

namespace XdpAudit.Agent;

/// <summary>Looks, and remembers when it last looked completely: that bounds from below when something new can have happened.</summary>
internal sealed class Looker(IObserver observer, TimeProvider time, AgentSettings settings)
{
    private DateTimeOffset? _previousComplete;
    private (BootId Boot, ulong? Ns) _previousNs;

    /// <summary>The last look; null before the first.</summary>
    internal Observation? Last { get; private set; }

    /// <summary>How long it took.</summary>
    internal TimeSpan LastTook { get; private set; }

    internal LookContext Context => new()
    {
        PreviousLook = _previousComplete,
        PreviousLookBootNs = Last is { } look && look.Boot == _previousNs.Boot ? _previousNs.Ns : null,
        AllTypes = settings.AllTypes,
    };

    /// <summary>Goes on where an earlier auditor's recorded looks ended.</summary>
    internal void Resume(DateTimeOffset? completeLookAt) => _previousComplete = completeLookAt;

    // Not to be cancelled: a look is short, and one that follows an act must be had.
    internal async Task<Observation> LookAsync()
    {
        var began = Stopwatch.GetTimestamp();
        Last = await Task.Run(() => observer.Observe(CancellationToken.None));
        LastTook = Stopwatch.GetElapsedTime(began);
        return Last;
    }

    /// <summary>What this look led to is on disk: the next one is bounded by it.</summary>
    internal void Adopt(Observation seen)
    {
        if (seen.Coverage.Programs.Complete && seen.Coverage.Links.Complete)
        {
            _previousComplete = seen.StartedAt;
            _previousNs = (seen.Boot, seen.StartedBootNs);
        }
    }

    internal DateTimeOffset Now => time.GetUtcNow();
}
