using System.Runtime.CompilerServices;
using Marten;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace XdpAudit.Store;

/// <summary>
/// A journal as one Marten stream. The stream's version is the position, and every append says which it expects: the database refuses a second
/// writer and a repeated batch before either costs a sequence number.
/// <para>
/// Point of no return: COMMIT. When its answer is lost, the batch may be there or not; then the journal is asked. If it ends with exactly this
/// batch, byte for byte, the append was ours and succeeded; if it stands where we began, we append again; a commit that is still under way
/// holds the stream's row, so the two cannot both come through.
/// </para>
/// </summary>
internal sealed class MartenJournal(string name, IDocumentStore marten, StoreConnection store, WriterLock writer, AppendSignal signal, TimeSpan patience, TimeProvider time, ILogger log) : IJournal, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private readonly SemaphoreSlim _one = new(1, 1);

    public string Name { get; } = name;

    public async Task<long> PositionAsync(CancellationToken cancellation)
    {
        try
        {
            return await AskAsync(cancellation);
        }
        catch (Exception e) when (Failures.IsUnavailable(e))
        {
            throw new JournalUnavailableException(Name, Failures.Why(e), e);
        }
    }

    public async Task<IReadOnlyList<JournalEntry>> AppendAsync(
        long expected, IReadOnlyList<JournalEvent> events, DateTimeOffset recordedAt, CancellationToken cancellation)
    {
        if (events.Count == 0)
        {
            return [];
        }

        SubjectText.Check(events);
        var at = Stored(recordedAt);
        var entries = events.Select((e, i) => new JournalEntry(expected + 1 + i, at, e)).ToList();
        await _one.WaitAsync(cancellation);
        try
        {
            var start = time.GetTimestamp();
            while (true)
            {
                writer.ThrowIfTaken();
                var failure = await TryAsync(expected, events, at, cancellation);
                if (failure is null)
                {
                    return entries;
                }

                var actual = await WhereAsync(start, failure, cancellation);
                if (actual == expected + events.Count && await EndsWithAsync(entries, cancellation))
                {
                    return entries;
                }

                if (actual != expected)
                {
                    throw new JournalConflictException(Name, expected, actual, failure);
                }

                GiveUpAfter(start, failure);
                LogMessages.AppendInDoubt(log, Name, expected, failure);
                await Task.Delay(Pause, time, cancellation); // the database has no event that tells when it is back
            }
        }
        finally
        {
            signal.Raise();
            _one.Release();
        }
    }

    public async IAsyncEnumerable<JournalEntry> ReadAsync(long after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            // A connection for each page: whoever reads slowly must not hold one.
            var page = await PageAsync(after, cancellation);
            foreach (var entry in page)
            {
                yield return entry;
            }

            if (page.Count == 0)
            {
                yield break;
            }

            after = page[^1].Position;
        }
    }

    private async Task<IReadOnlyList<JournalEntry>> PageAsync(long after, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await store.Source.OpenConnectionAsync(cancellation);
            await using var pages = JournalRows.PagesAsync(connection, store.Schema, Name, after, long.MaxValue, cancellation).GetAsyncEnumerator(cancellation);
            return await pages.MoveNextAsync() ? pages.Current : [];
        }
        catch (Exception e) when (Failures.IsUnavailable(e))
        {
            throw new JournalUnavailableException(Name, Failures.Why(e), e);
        }
    }

    /// <summary>One try; null when it succeeded, and otherwise why nobody knows whether it did.</summary>
    private async Task<Exception?> TryAsync(long expected, IReadOnlyList<JournalEvent> events, DateTimeOffset at, CancellationToken cancellation)
    {
        try
        {
            await using var session = marten.LightweightSession();
            var built = new object[events.Count];
            for (var i = 0; i < built.Length; i++)
            {
                var e = session.Events.BuildEvent(events[i]);
                e.Timestamp = at;
                built[i] = e;
            }

            session.Events.Append(Name, expected + events.Count, built);
            await session.SaveChangesAsync(cancellation);
            return null;
        }
        catch (Exception e) when (Failures.IsPlaceTaken(e) || Failures.IsUnavailable(e))
        {
            return e;
        }
    }

    /// <summary>Where the journal stands after a failure, asked until the database answers or patience ends.</summary>
    private async Task<long> WhereAsync(long start, Exception failure, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                if (Failures.IsUnavailable(failure) && !Failures.IsPlaceTaken(failure))
                {
                    await store.EnsureRunningAsync(cancellation);
                }

                return await AskAsync(cancellation);
            }
            catch (Exception e) when (Failures.IsUnavailable(e))
            {
                GiveUpAfter(start, e);
                await Task.Delay(Pause, time, cancellation); // the database has no event that tells when it is back
            }
        }
    }

    private void GiveUpAfter(long start, Exception failure)
    {
        if (time.GetElapsedTime(start) > patience)
        {
            throw new JournalUnavailableException(Name, Failures.Why(failure), failure);
        }
    }

    private async Task<long> AskAsync(CancellationToken cancellation)
    {
        await using var connection = await store.Source.OpenConnectionAsync(cancellation);
        return await JournalRows.PositionAsync(connection, store.Schema, Name, cancellation);
    }

    /// <summary>Does the journal end with exactly these entries? Their bytes are compared, and when they were recorded.</summary>
    private async Task<bool> EndsWithAsync(List<JournalEntry> entries, CancellationToken cancellation)
    {
        await using var connection = await store.Source.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand(
            $"select timestamp, bdata from {store.Schema}.mt_events where stream_id = $1 and version >= $2 order by version", connection);
        command.Parameters.Add(new() { Value = Name });
        command.Parameters.Add(new() { Value = entries[0].Position });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        foreach (var entry in entries)
        {
            if (!await reader.ReadAsync(cancellation)
                || reader.GetFieldValue<DateTimeOffset>(0) != entry.RecordedAt
                || !reader.GetFieldValue<byte[]>(1).AsSpan().SequenceEqual(EventJson.Write(entry.Event)))
            {
                return false;
            }
        }

        return !await reader.ReadAsync(cancellation);
    }

    public void Dispose() => _one.Dispose();

    /// <summary>PostgreSQL keeps microseconds: what is returned is what will be read.</summary>
    private static DateTimeOffset Stored(DateTimeOffset moment)
    {
        var utc = moment.ToUniversalTime();
        return utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
