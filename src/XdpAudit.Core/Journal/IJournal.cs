namespace XdpAudit.Core;

/// <summary>
/// A journal with one writer. An append is whole or not at all, and a batch that was appended is never appended again:
/// a retry after a lost answer finds that its place is taken by itself.
/// </summary>
public interface IJournal
{
    /// <summary>Its name, see <see cref="Journals"/>.</summary>
    string Name { get; }

    /// <summary>The last position; 0 when empty.</summary>
    Task<long> PositionAsync(CancellationToken cancellation);

    /// <summary>
    /// Appends after <paramref name="expected"/>, and returns the entries in their places. When this returns, they are on disk.
    /// </summary>
    /// <exception cref="JournalConflictException">The last position is another: there is a second writer. Nothing was appended.</exception>
    /// <exception cref="JournalUnavailableException">The database cannot be reached or does not answer; calling again with the same arguments is safe.</exception>
    Task<IReadOnlyList<JournalEntry>> AppendAsync(long expected, IReadOnlyList<JournalEvent> events, DateTimeOffset recordedAt, CancellationToken cancellation);

    /// <summary>Entries after a position, oldest first.</summary>
    IAsyncEnumerable<JournalEntry> ReadAsync(long after, CancellationToken cancellation);
}

/// <summary>A second writer appended to this journal.</summary>
public sealed class JournalConflictException(string journal, long expected, long actual, Exception? cause = null)
    : Exception($"cannot append to journal '{journal}' after position {expected}: it is at {actual}, so another process writes it; stop that one", cause)
{
    /// <summary>The position the writer expected.</summary>
    public long Expected { get; } = expected;

    /// <summary>The position that was found.</summary>
    public long Actual { get; } = actual;
}

/// <summary>The journal cannot be read or written now.</summary>
public sealed class JournalUnavailableException(string journal, string why, Exception? cause = null)
    : Exception($"cannot use journal '{journal}': {why}; it is tried again until it answers", cause);
