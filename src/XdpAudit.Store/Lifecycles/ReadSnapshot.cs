using System.Data;
using System.Runtime.CompilerServices;
using Npgsql;

namespace XdpAudit.Store;

/// <summary>A lifecycle's row as far as readers need it.</summary>
internal sealed record LifecycleRow(string Subject, string Journal, long FirstPosition, SubjectState State);

/// <summary>
/// The database at one moment: journals, read models and how far these have come, in one REPEATABLE READ transaction. Between
/// <see cref="Reached"/> and the end of the journals lies the tail, which readers fold themselves.
/// </summary>
internal sealed class ReadSnapshot : IAsyncDisposable
{
    private const string RowColumns = "l.id, l.journal, l.first_position, l.data ->> 'StateJson'";
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private readonly string _schema;

    private ReadSnapshot(NpgsqlConnection connection, NpgsqlTransaction transaction, string schema) =>
        (_connection, _transaction, _schema) = (connection, transaction, schema);

    /// <summary>Marten's number of the last event that the read models include.</summary>
    internal long Reached { get; private set; }

    internal static async Task<ReadSnapshot> OpenAsync(StoreConnection store, CancellationToken cancellation)
    {
        var connection = await store.Source.OpenConnectionAsync(cancellation);
        try
        {
            var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
            var snapshot = new ReadSnapshot(connection, transaction, store.Schema);
            await using var command = snapshot.Command(
                $"select coalesce((select last_seq_id from {store.Schema}.mt_event_progression where name = $1), 0)", ReadModels.Shard);
            snapshot.Reached = (long)(await command.ExecuteScalarAsync(cancellation))!;
            return snapshot;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>The last position of a journal; 0 when empty.</summary>
    internal Task<long> PositionAsync(string journal, CancellationToken cancellation) => JournalRows.PositionAsync(_connection, _schema, journal, cancellation);

    /// <summary>The last position of a journal that the read models include.</summary>
    internal Task<long> ReachedAsync(string journal, CancellationToken cancellation) => LastVersionAsync(
        "e.stream_id = $1 and e.seq_id <= $2", [journal, Reached], cancellation);

    /// <summary>The last position recorded at or before a moment: by the record's own clock, which may have been set back between two entries.</summary>
    internal Task<long> PositionAtAsync(string journal, DateTimeOffset moment, CancellationToken cancellation) => LastVersionAsync(
        "e.stream_id = $1 and e.timestamp <= $2", [journal, moment], cancellation);

    /// <summary>When an entry was recorded.</summary>
    internal async Task<DateTimeOffset> RecordedAtAsync(string journal, long position, CancellationToken cancellation)
    {
        await using var command = Command($"select e.timestamp from {_schema}.mt_events e where e.stream_id = $1 and e.version = $2", journal, position);
        return await command.ExecuteScalarAsync(cancellation) is DateTime at ? new(at) : DateTimeOffset.MinValue;
    }

    /// <summary>Pages of entries after a position and up to another.</summary>
    internal IAsyncEnumerable<IReadOnlyList<JournalEntry>> PagesAsync(string journal, long after, long upTo, CancellationToken cancellation) =>
        JournalRows.PagesAsync(_connection, _schema, journal, after, upTo, cancellation);

    /// <summary>Lifecycles, by a condition on table l.</summary>
    internal async Task<List<LifecycleRow>> RowsAsync(string where, object[] values, CancellationToken cancellation)
    {
        await using var command = Command($"select {RowColumns} from {_schema}.mt_doc_lifecycle l where {where}", values);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<LifecycleRow>();
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(new(reader.GetString(0), reader.GetString(1), reader.GetInt64(2), StateText.Read(reader.GetString(3))));
        }

        return rows;
    }

    /// <summary>Keys of lifecycles, by a condition on table l.</summary>
    internal async Task<List<string>> KeysAsync(string where, object[] values, CancellationToken cancellation)
    {
        await using var command = Command($"select l.id from {_schema}.mt_doc_lifecycle l where {where}", values);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var keys = new List<string>();
        while (await reader.ReadAsync(cancellation))
        {
            keys.Add(reader.GetString(0));
        }

        return keys;
    }

    /// <summary>Entries that the read models include and whose subjects have these hashes, oldest first, row by row. They may name others only: look.</summary>
    internal IAsyncEnumerable<JournalEntry> IndexedAsync(long[] hashes, string? journal, long after, long upTo, CancellationToken cancellation) =>
        hashes.Length == 0 ? AsyncEnumerable.Empty<JournalEntry>() : StreamAsync(
            $"""
            with n as materialized (select distinct i.seq_id from {_schema}.{SubjectIndex.Name} i join unnest($1) h on i.subject_hash = h)
            select {JournalRows.Columns} from n join {_schema}.mt_events e on e.seq_id = n.seq_id
            where ($2 is null or e.stream_id = $2) and e.version > $3 and e.version <= $4 and e.seq_id <= $5 order by e.seq_id
            """,
            [hashes, (object?)journal ?? DBNull.Value, after, upTo, Reached],
            cancellation);

    /// <summary>Entries of all journals that the read models do not include yet, oldest first, row by row.</summary>
    internal IAsyncEnumerable<JournalEntry> TailAsync(CancellationToken cancellation) => StreamAsync(
        $"select {JournalRows.Columns} from {_schema}.mt_events e where e.seq_id > $1 order by e.seq_id", [Reached], cancellation);

    /// <summary>Entries of a journal after a position, recorded since a moment, oldest first.</summary>
    internal async Task<List<JournalEntry>> PageAsync(string journal, long after, DateTimeOffset since, int limit, CancellationToken cancellation)
    {
        await using var command = Command(
            $"select {JournalRows.Columns} from {_schema}.mt_events e where e.stream_id = $1 and e.version > $2 and e.timestamp >= $3 order by e.version limit $4",
            journal, after, since, limit);
        return await JournalRows.ListAsync(command, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private async IAsyncEnumerable<JournalEntry> StreamAsync(string sql, object[] values, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var command = Command(sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            if (JournalRows.IsFact(reader, 0))
            {
                yield return JournalRows.Entry(reader, 0);
            }
        }
    }

    private async Task<long> LastVersionAsync(string where, object[] values, CancellationToken cancellation)
    {
        await using var command = Command($"select e.version from {_schema}.mt_events e where {where} order by e.version desc limit 1", values);
        return await command.ExecuteScalarAsync(cancellation) is long value ? value : 0;
    }

    private NpgsqlCommand Command(string sql, params object[] values)
    {
        var command = new NpgsqlCommand(sql, _connection, _transaction);
        foreach (var value in values)
        {
            command.Parameters.Add(value is DBNull ? new() { Value = value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text } : new() { Value = value });
        }

        return command;
    }
}
