namespace XdpAudit.Abstractions;

/// <summary>
/// Hands events on. The auditor keeps the place in each journal, asks again after a failure, waits between tries and puts aside what is refused for
/// good: a sink only delivers. At least once: the same event may come again, under the same <see cref="AuditEnvelope.Id"/>. Calls come one at a
/// time and in the order of the journal. A slow sink delays nobody but itself. An exception is a fault and counts against the plugin;
/// that the receiver is away is no fault but an outcome.
/// </summary>
public interface ISink : IAsyncDisposable
{
    /// <summary>What it is. Called first; must not deliver anything.</summary>
    ValueTask<SinkDescriptor> DescribeAsync(CancellationToken cancellation);

    /// <summary>
    /// Delivers a batch, never empty, of one journal. When it returns, what it says was accepted is the receiver's: on its disk, or acknowledged by it.
    /// A cancelled call throws <see cref="OperationCanceledException"/>; all of its batch comes again.
    /// </summary>
    ValueTask<SinkOutcome> DeliverAsync(IReadOnlyList<AuditEnvelope> batch, CancellationToken cancellation);
}

/// <summary>What a sink is.</summary>
public sealed record SinkDescriptor
{
    /// <summary>Where it delivers, for people: an address without its secrets, or a path.</summary>
    public required string Target { get; init; }

    /// <summary>The most events it takes at once; at least 1.</summary>
    public int MaxBatch { get; init; } = 256;
}

/// <summary>One event on its way out.</summary>
public sealed record AuditEnvelope
{
    /// <summary>The same for the same event, always: <c>HOST/JOURNAL/POSITION</c>. Receivers know a repeated event by it.</summary>
    public required string Id { get; init; }

    /// <summary>The host it is of.</summary>
    public required HostId Host { get; init; }

    /// <summary>The event as the API tells it.</summary>
    public required HistoryEntry Entry { get; init; }
}

/// <summary>What came of a batch.</summary>
public sealed record SinkOutcome
{
    /// <summary>This many events from the front of the batch are dealt with: delivered, or named in <see cref="Refused"/>. The rest comes again.</summary>
    public required int Accepted { get; init; }

    /// <summary>Of those, what the receiver will never take; the auditor puts them aside and says so.</summary>
    public IReadOnlyList<RefusedEnvelope> Refused { get; init; } = [];

    /// <summary>How long to wait before the rest comes again; null leaves it to the auditor.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Why not all was accepted, in the words of all messages; null when all was.</summary>
    public string? Trouble { get; init; }
}

/// <summary>An event that a receiver will never take.</summary>
/// <param name="Id">Its <see cref="AuditEnvelope.Id"/>.</param>
/// <param name="Why">In words.</param>
public sealed record RefusedEnvelope(string Id, string Why);
