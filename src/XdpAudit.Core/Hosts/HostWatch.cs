namespace XdpAudit.Core;

/// <summary>What is known of the watching itself: the boot, the coverage, the gap.</summary>
public sealed record HostWatch : SubjectState
{
    /// <summary>The host.</summary>
    public required HostId Host { get; init; }

    /// <summary>The boot it is in; null before the first look.</summary>
    public BootId? Boot { get; init; }

    /// <summary>When that boot began, UTC.</summary>
    public DateTimeOffset? BootedAt { get; init; }

    /// <summary>Position of the last <see cref="BootEnded"/>, 0 if there was none: what was asked for before it belongs to an earlier boot.</summary>
    public long LastBootEnd { get; init; }

    /// <summary>The kernel's release.</summary>
    public string KernelRelease { get; init; } = "";

    /// <summary>Coverage of the last recorded look; null before the first.</summary>
    public Coverage? Coverage { get; init; }

    /// <summary>Counts of the last recorded look.</summary>
    public ObservationCounts? Counts { get; init; }

    /// <summary>When the last recorded look ended, UTC.</summary>
    public DateTimeOffset? LookedAt { get; init; }

    /// <summary>When the last recorded look began that saw all programs and links, UTC: what has changed since is not older. Null before the first.</summary>
    public DateTimeOffset? CompleteLookAt { get; init; }

    /// <summary>Since when nothing has been watched, UTC; null while there is no gap.</summary>
    public DateTimeOffset? GapSince { get; init; }

    /// <summary>The auditor said it stopped.</summary>
    public bool Stopped { get; init; }

    /// <summary>When anything was last recorded, UTC.</summary>
    public required DateTimeOffset LastRecordedAt { get; init; }
}

/// <summary>What each event means for the watching of a host.</summary>
internal static class HostFold
{
    internal static HostWatch? Fold(HostWatch? state, JournalEntry entry)
    {
        var folded = entry.Event switch
        {
            BootBegan e => Of(state, e.Host, entry) with { Boot = e.Boot, BootedAt = e.BootedAt, KernelRelease = e.KernelRelease },
            BootEnded e => Of(state, e.Host, entry) with { Boot = null, BootedAt = null, LastBootEnd = entry.Position },
            AgentStarted e => Of(state, e.Host, entry) with { Stopped = false },
            AgentStopped e => Of(state, e.Host, entry) with { Stopped = true },
            GapOpened e => Of(state, e.Host, entry) with { GapSince = e.Occurred.At ?? e.Occurred.After ?? entry.RecordedAt },
            GapClosed e => Of(state, e.Host, entry) with { GapSince = null },
            ObservationCompleted e => Of(state, e.Host, entry) with
            {
                Coverage = e.Coverage,
                Counts = e.Counts,
                LookedAt = e.Occurred.Latest(),
                CompleteLookAt = e.Coverage.Programs.Complete && e.Coverage.Links.Complete ? e.StartedAt : state?.CompleteLookAt,
            },
            _ => state,
        };
        return folded is null ? null : folded with { LastRecordedAt = entry.RecordedAt };
    }

    private static HostWatch Of(HostWatch? state, HostId host, JournalEntry entry) =>
        state ?? new() { FirstPosition = entry.Position, LastPosition = entry.Position, Host = host, LastRecordedAt = entry.RecordedAt };
}
