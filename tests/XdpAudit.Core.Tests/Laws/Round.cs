namespace XdpAudit.Core.Tests;

/// <summary>One look in a history, what was known before it, what was decided and what is known after.</summary>
internal sealed record Round
{
    internal required HostState Before { get; init; }

    internal required Observation Seen { get; init; }

    internal required LookContext Context { get; init; }

    internal required IReadOnlyList<JournalEvent> Events { get; init; }

    /// <summary>What sensors had given.</summary>
    internal required IReadOnlyList<Heard> Heard { get; init; }

    internal required IReadOnlyList<Heard> Later { get; init; }

    internal required HostState After { get; init; }

    /// <summary>Nothing happened while it was made.</summary>
    internal required bool Still { get; init; }

    /// <summary>Read with the namespaces of links.</summary>
    internal required bool ByIterator { get; init; }

    /// <summary>All that was so at some instant since the last complete look before began, and until this one ended.</summary>
    internal required IReadOnlySet<string> Ever { get; init; }

    /// <summary>All that was so at every instant since the look before ended, and until this one ended.</summary>
    internal required IReadOnlySet<string> Always { get; init; }

    internal bool Complete => Seen.Coverage.Parts().All(p => p.Part.Complete);
}
