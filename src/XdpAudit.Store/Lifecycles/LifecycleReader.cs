namespace XdpAudit.Store;

/// <summary>
/// Answers from the read models as far as they have come, and from the journal beyond: every answer is what folding the whole journal would give.
/// </summary>
internal sealed partial class LifecycleReader(StoreConnection store) : ILifecycleReader
{
    public Task<JournalState> LivingAsync(string journal, CancellationToken cancellation) =>
        AskAsync(journal, snapshot => AtAsync(snapshot, journal, long.MaxValue, cancellation), cancellation);

    public Task<JournalState> AsOfAsync(string journal, long position, CancellationToken cancellation) =>
        AskAsync(journal, snapshot => AtAsync(snapshot, journal, position, cancellation), cancellation);

    public Task<SubjectState?> SubjectAsync(string subject, long? position, CancellationToken cancellation) => AskAsync(subject, async snapshot =>
    {
        SubjectState? state = null;
        if (position is { } upTo)
        {
            await foreach (var entry in NamingAsync(snapshot, subject, 0, upTo, cancellation))
            {
                state = Subjects.Fold(state, subject, entry);
            }

            return state;
        }

        state = (await snapshot.RowsAsync("l.id = $1", [subject], cancellation)).SingleOrDefault()?.State;
        await foreach (var entry in snapshot.TailAsync(cancellation))
        {
            state = entry.Event.Subjects.Contains(subject) ? Subjects.Fold(state, subject, entry) : state;
        }

        return state;
    }, cancellation);

    public Task<IReadOnlyList<JournalEntry>> HistoryAsync(string subject, long? upTo, CancellationToken cancellation) =>
        AskAsync<IReadOnlyList<JournalEntry>>(subject, async snapshot =>
        {
            var entries = new List<JournalEntry>();
            await foreach (var entry in NamingAsync(snapshot, subject, 0, upTo ?? long.MaxValue, cancellation))
            {
                entries.Add(entry);
            }

            return entries;
        }, cancellation);

    public Task<long> PositionAtAsync(string journal, DateTimeOffset moment, CancellationToken cancellation) =>
        AskAsync(journal, snapshot => snapshot.PositionAtAsync(journal, moment.ToUniversalTime(), cancellation), cancellation);

    public Task<IReadOnlyList<JournalEntry>> PageAsync(
        string journal, long after, DateTimeOffset? since, string? subject, int limit, CancellationToken cancellation) =>
        AskAsync<IReadOnlyList<JournalEntry>>(journal, async snapshot =>
        {
            var from = since?.ToUniversalTime() ?? DateTimeOffset.MinValue;
            if (subject is null)
            {
                return await snapshot.PageAsync(journal, after, from, limit, cancellation);
            }

            var entries = new List<JournalEntry>();
            await foreach (var entry in NamingAsync(snapshot, subject, after, long.MaxValue, cancellation))
            {
                if (entries.Count == limit)
                {
                    break;
                }

                if (entry.RecordedAt >= from)
                {
                    entries.Add(entry);
                }
            }

            return entries;
        }, cancellation);

    /// <summary>Entries that name a subject: first through the index, then those of the tail.</summary>
    private static async IAsyncEnumerable<JournalEntry> NamingAsync(
        ReadSnapshot snapshot, string subject, long after, long upTo, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var entry in snapshot.IndexedAsync([SubjectIndex.Hash(subject)], null, after, upTo, cancellation))
        {
            if (entry.Event.Subjects.Contains(subject))
            {
                yield return entry;
            }
        }

        await foreach (var entry in snapshot.TailAsync(cancellation))
        {
            if (entry.Position > after && entry.Position <= upTo && entry.Event.Subjects.Contains(subject))
            {
                yield return entry;
            }
        }
    }

    /// <summary>Asks in one snapshot; when the database is away, once more after bringing it back, where it is ours to bring back.</summary>
    private async Task<T> AskAsync<T>(string about, Func<ReadSnapshot, Task<T>> ask, CancellationToken cancellation)
    {
        try
        {
            try
            {
                return await OnceAsync(ask, cancellation);
            }
            catch (Exception e) when (Failures.IsUnavailable(e) && store.Cluster is not null)
            {
                await store.EnsureRunningAsync(cancellation);
                return await OnceAsync(ask, cancellation);
            }
        }
        catch (Exception e) when (Failures.IsUnavailable(e))
        {
            throw new JournalUnavailableException(about, Failures.Why(e), e);
        }
    }

    private async Task<T> OnceAsync<T>(Func<ReadSnapshot, Task<T>> ask, CancellationToken cancellation)
    {
        await using var snapshot = await ReadSnapshot.OpenAsync(store, cancellation);
        return await ask(snapshot);
    }
}
