using System.Text.Json;

namespace XdpAudit.Abstractions;

/// <summary>One event as the API and the CLI tell it.</summary>
public sealed record HistoryEntry
{
    /// <summary>The journal it is in: <c>host</c> or <c>server</c>.</summary>
    public required string Journal { get; init; }

    /// <summary>Its position there: dense, ordered, from 1.</summary>
    public required long Position { get; init; }

    /// <summary>Its name, for example <c>program_loaded</c>; docs/events.md lists them.</summary>
    public required string Event { get; init; }

    /// <summary>When it happened.</summary>
    public required Occurrence OccurredAt { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>How it is known.</summary>
    public required Knowledge KnownBy { get; init; }

    /// <summary>Who did it.</summary>
    public required Actor Actor { get; init; }

    /// <summary>The operation it belongs to; null if none.</summary>
    public OperationId? Operation { get; init; }

    /// <summary>The keys of all it speaks of.</summary>
    public IReadOnlyList<string> Subjects { get; init; } = [];

    /// <summary>The same in one sentence.</summary>
    public required string Sentence { get; init; }

    /// <summary>The event's own members, as stored.</summary>
    public JsonElement Data { get; init; }
}
