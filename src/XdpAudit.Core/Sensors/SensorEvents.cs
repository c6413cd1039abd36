namespace XdpAudit.Core;

/// <summary>A sensor began to hear the kernel.</summary>
/// <param name="Host">The host.</param>
/// <param name="Sensor">The plugin.</param>
/// <param name="Tiers">Its tiers and hooks, those that are not live with the reason.</param>
/// <param name="Invisible">What it cannot see, one sentence each.</param>
/// <param name="Odometer">The highest program id given out when it began: what was loaded before. Null when not read.</param>
public sealed record SensorStarted(HostId Host, string Sensor, IReadOnlyList<SensorTier> Tiers, IReadOnlyList<string> Invisible, uint? Odometer) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [HostSubject.Of(Host)];
}

/// <summary>A sensor no longer hears the kernel.</summary>
public sealed record SensorStopped(HostId Host, string Sensor, string Why, uint? Odometer) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [HostSubject.Of(Host)];
}

/// <summary>A sensor sees otherwise than before: a tier or hook fell silent, or came back.</summary>
public sealed record SensorDegraded(HostId Host, string Sensor, IReadOnlyList<SensorTier> Tiers, IReadOnlyList<string> Invisible, string What) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [HostSubject.Of(Host)];
}

/// <summary>The kernel refused to load a program.</summary>
/// <param name="Host">The host.</param>
/// <param name="Errno">errno(3), positive.</param>
/// <param name="Type">The type that was asked for; null when it was not seen.</param>
/// <param name="Name">The name that was asked for; null when it was not seen.</param>
public sealed record ProgramLoadFailed(HostId Host, int Errno, string? Type, string? Name) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [HostSubject.Of(Host)];
}

/// <summary>Two ways of listing the same objects disagree, and went on to: one of them is lied to.</summary>
/// <param name="Host">The host.</param>
/// <param name="What">What was listed: <c>programs</c>, <c>links</c> or <c>maps</c>.</param>
/// <param name="OnlyByIterator">Kernel ids that only the BPF iterator shows.</param>
/// <param name="OnlyByWalk">Kernel ids that only the walk over ids shows.</param>
public sealed record EnumerationDisagreed(HostId Host, string What, IReadOnlyList<uint> OnlyByIterator, IReadOnlyList<uint> OnlyByWalk) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [HostSubject.Of(Host)];
}
