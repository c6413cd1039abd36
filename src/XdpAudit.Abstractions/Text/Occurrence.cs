namespace XdpAudit.Abstractions;

/// <summary>When something happened: a moment when it was seen to happen, or an interval when only its before and after were seen.</summary>
public sealed record Occurrence
{
    /// <summary>The moment, UTC; null when only the interval is known.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>It had not happened yet at this moment, UTC; null when nothing bounds it from below.</summary>
    public DateTimeOffset? After { get; init; }

    /// <summary>It had happened by this moment, UTC.</summary>
    public DateTimeOffset? NotLaterThan { get; init; }

    /// <summary>A known moment.</summary>
    public static Occurrence Exactly(DateTimeOffset at) => new() { At = at };

    /// <summary>Somewhere in an interval.</summary>
    public static Occurrence Between(DateTimeOffset? after, DateTimeOffset notLaterThan) => new() { After = after, NotLaterThan = notLaterThan };

    /// <summary>The latest moment at which it can have happened.</summary>
    public DateTimeOffset Latest() => At ?? NotLaterThan ?? DateTimeOffset.MaxValue;
}
