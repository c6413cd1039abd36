namespace XdpAudit.Core;

/// <summary>A boot of the host was seen for the first time.</summary>
public sealed record BootBegan(HostId Host, BootId Boot, DateTimeOffset BootedAt, string KernelRelease) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [HostSubject.Of(Host)];
}

/// <summary>Another boot was found: all that lived in this one is gone.</summary>
public sealed record BootEnded(HostId Host, BootId Boot, string Why) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [HostSubject.Of(Host)];
}

/// <summary>The auditor began to watch.</summary>
public sealed record AgentStarted(HostId Host, string Version, int Pid, string Settings) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [HostSubject.Of(Host)];
}

/// <summary>The auditor stopped watching, and said so.</summary>
public sealed record AgentStopped(HostId Host, string Why) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [HostSubject.Of(Host)];
}

/// <summary>From here on nothing was watched, or something was lost.</summary>
/// <param name="Host">The host.</param>
/// <param name="Why">Why, in words.</param>
/// <param name="Sensor">The sensor and tier that lost notices; null when nothing at all watched.</param>
/// <param name="Lost">How many notices were lost, at least; null when nobody knows.</param>
public sealed record GapOpened(HostId Host, string Why, string? Sensor = null, ulong? Lost = null) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [HostSubject.Of(Host)];
}

/// <summary>A complete look ended the gap.</summary>
/// <param name="Host">The host.</param>
/// <param name="OpenedAt">When it began, UTC.</param>
/// <param name="Observation">The look.</param>
/// <param name="Recovered">Events that look led to.</param>
/// <param name="Unseen">Programs of any type that were loaded meanwhile and are in no event, by the kernel's own numbering; null when it was not read.</param>
public sealed record GapClosed(HostId Host, DateTimeOffset OpenedAt, string Observation, int Recovered, ulong? Unseen = null) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [HostSubject.Of(Host)];
}

/// <summary>A look ended whose coverage or counts differ from the last one's, or before which programs out of scope were loaded, or the first in an hour.</summary>
/// <param name="Host">The host.</param>
/// <param name="Observation">The look.</param>
/// <param name="StartedAt">When it began, UTC.</param>
/// <param name="Coverage">What it covered.</param>
/// <param name="Counts">How much it saw.</param>
/// <param name="OtherLoads">Programs of other types that were heard loaded since the last look, by type; in no other event. Null when there were none.</param>
public sealed record ObservationCompleted(
    HostId Host, string Observation, DateTimeOffset StartedAt, Coverage Coverage, ObservationCounts Counts, IReadOnlyList<LoadCount>? OtherLoads = null) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [HostSubject.Of(Host)];
}

/// <summary>How many programs of a type were heard loaded.</summary>
public sealed record LoadCount(string Type, int Programs);

/// <summary>How much a look saw.</summary>
public sealed record ObservationCounts(int Programs, int XdpPrograms, int Links, int XdpLinks, int Maps, int Namespaces, int Interfaces, int Attachments, int Pins, int Descriptors)
{
    /// <summary>Counts a look.</summary>
    public static ObservationCounts Of(Observation seen) => new(
        seen.Programs.Count,
        seen.Programs.Count(p => p.Type == "xdp"),
        seen.Links.Count,
        seen.Links.Count(l => l.Type == "xdp"),
        seen.Maps.Count,
        seen.Namespaces.Count,
        seen.Interfaces.Count,
        seen.Interfaces.Sum(i => i.Xdp.Count),
        seen.Pins.Count,
        seen.Descriptors.Count);
}

/// <summary>The subject of events about a host as a whole.</summary>
public static class HostSubject
{
    /// <summary>The prefix of the written form.</summary>
    public const string Kind = "host";

    /// <summary>The subject's key.</summary>
    public static string Of(HostId host) => $"{Kind}/{host}";
}
