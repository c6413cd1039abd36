namespace XdpAudit.Abstractions;

/// <summary>How far a sink has come, and what keeps it.</summary>
public sealed record SinkStatus
{
    /// <summary>Where it delivers, see <see cref="SinkDescriptor.Target"/>; empty before it has said so.</summary>
    public required string Target { get; init; }

    /// <summary>How far it has come in each journal, <c>host</c> and <c>server</c>; empty before it has begun.</summary>
    public IReadOnlyDictionary<string, SinkPosition> Journals { get; init; } = new Dictionary<string, SinkPosition>();

    /// <summary>Events that it accepted since the auditor started; one that came again counts again.</summary>
    public long Delivered { get; init; }

    /// <summary>Why nothing goes out now; null when the last try went through.</summary>
    public string? Trouble { get; init; }

    /// <summary>Since when, UTC; null without trouble.</summary>
    public DateTimeOffset? TroubleSince { get; init; }

    /// <summary>When it is tried again, UTC; null when nothing waits for that.</summary>
    public DateTimeOffset? NextTryAt { get; init; }

    /// <summary>How often the plugin itself failed since the auditor started: threw, did not come back, or answered what cannot be.</summary>
    public long Faults { get; init; }

    /// <summary>Events that the receiver will never take and that were put aside, over all lives of the auditor.</summary>
    public long DeadLetters { get; init; }

    /// <summary>The file they were put into; null when they are only counted.</summary>
    public string? DeadLetterFile { get; init; }

    /// <summary>Why the last of them was refused; null when none was in this life of the auditor.</summary>
    public string? LastRefused { get; init; }

    /// <summary>What a person should know of how it began; null when all was as it should be.</summary>
    public string? Remark { get; init; }
}

/// <summary>How far a sink has come in a journal.</summary>
/// <param name="Position">The last position that it accepted.</param>
/// <param name="Behind">Events that are recorded and wait for it.</param>
public sealed record SinkPosition(long Position, long Behind);
