namespace XdpAudit.Core;

/// <summary>A fact, in the past tense, written once and never rewritten. Only Core makes them, only Store appends them.</summary>
public abstract record JournalEvent
{
    /// <summary>When it happened, as far as it is known.</summary>
    public Occurrence Occurred { get; init; } = new();

    /// <summary>How it is known.</summary>
    public Knowledge KnownBy { get; init; } = new() { How = "", Source = "" };

    /// <summary>Who did it.</summary>
    public Actor Actor { get; init; } = new Actor.Unknown("not said");

    /// <summary>The operation it belongs to; null when it was not ours.</summary>
    public OperationId? Operation { get; init; }

    /// <summary>The keys of everything it speaks of: the lifecycles it is part of.</summary>
    public abstract IReadOnlyList<string> Subjects { get; }
}

/// <summary>An event in its place.</summary>
/// <param name="Position">Its place in its journal: dense, from 1.</param>
/// <param name="RecordedAt">When it was appended, UTC.</param>
/// <param name="Event">The fact.</param>
public sealed record JournalEntry(long Position, DateTimeOffset RecordedAt, JournalEvent Event);

/// <summary>Names of journals. Each has one writer.</summary>
public static class Journals
{
    /// <summary>What happened on a host, over all its boots.</summary>
    public static string OfHost(HostId host) => $"host/{host}";

    /// <summary>What the server beside it judged and decided: findings, triage, plugins.</summary>
    public static string OfServer(HostId host) => $"server/{host}";
}
