namespace XdpAudit.Core;

/// <summary>A subject and its state.</summary>
/// <param name="Subject">Its key.</param>
/// <param name="State">Its state, folded from all events that name it up to the position asked for.</param>
public sealed record SubjectAt(string Subject, SubjectState State);

/// <summary>What a journal tells at one of its positions.</summary>
/// <param name="Position">The last position that is folded in; 0 before the first event.</param>
/// <param name="RecordedAt">When that entry was recorded, UTC; the beginning of time before the first.</param>
/// <param name="Subjects">Subjects that live, and those that ended and that <see cref="HostState.Keeps"/> all the same; in order of their keys.</param>
public sealed record JournalState(long Position, DateTimeOffset RecordedAt, IReadOnlyList<SubjectAt> Subjects);

/// <summary>One page of subjects.</summary>
/// <param name="Items">In the order in which they began.</param>
/// <param name="Next">Where the next page begins; null when there is none.</param>
public sealed record SubjectPage(IReadOnlyList<SubjectAt> Items, string? Next);

/// <summary>Narrows a list of subjects before their states are read. What comes through may still be another: look.</summary>
/// <param name="KernelId">The kernel's id of a program, a link or a map; null for all.</param>
/// <param name="KeyPart">A part of their keys; null for all.</param>
/// <param name="Word">A text that their state has, whole: a name, a tag, a path; null for all.</param>
public sealed record SubjectFilter(uint? KernelId = null, string? KeyPart = null, string? Word = null);

/// <summary>
/// Reads lifecycles. Every answer is exact: it includes all that was appended before the question, whether the read models
/// have caught up or not. All methods throw <see cref="JournalUnavailableException"/> when the database does not answer.
/// </summary>
public interface ILifecycleReader
{
    /// <summary>What a journal tells at its last position.</summary>
    Task<JournalState> LivingAsync(string journal, CancellationToken cancellation);

    /// <summary>What a journal told at a position; past its end, at its end.</summary>
    Task<JournalState> AsOfAsync(string journal, long position, CancellationToken cancellation);

    /// <summary>One subject, ended or not, at a position of its journal or at the end; null if no event had begun it.</summary>
    Task<SubjectState?> SubjectAsync(string subject, long? position, CancellationToken cancellation);

    /// <summary>Entries that name a subject, oldest first, up to a position or to the end.</summary>
    Task<IReadOnlyList<JournalEntry>> HistoryAsync(string subject, long? upTo, CancellationToken cancellation);

    /// <summary>Subjects of one kind of a journal, page by page.</summary>
    /// <param name="journal">The journal.</param>
    /// <param name="kind">The prefix of their keys: <c>program</c>, <c>link</c>, ...</param>
    /// <param name="includeEnded">Those that ended, too.</param>
    /// <param name="only">Which of them; null for all.</param>
    /// <param name="from"><see cref="SubjectPage.Next"/> of the page before; null for the first.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellation">Ends the wait.</param>
    Task<SubjectPage> ListAsync(string journal, string kind, bool includeEnded, SubjectFilter? only, string? from, int limit, CancellationToken cancellation);

    /// <summary>The last position recorded at or before a moment; 0 when there is none.</summary>
    Task<long> PositionAtAsync(string journal, DateTimeOffset moment, CancellationToken cancellation);

    /// <summary>Entries after a position, oldest first: only those recorded since a moment, only those that name a subject, where given.</summary>
    Task<IReadOnlyList<JournalEntry>> PageAsync(string journal, long after, DateTimeOffset? since, string? subject, int limit, CancellationToken cancellation);
}
