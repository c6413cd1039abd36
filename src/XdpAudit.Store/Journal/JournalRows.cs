using System.Runtime.CompilerServices;
using Npgsql;

namespace XdpAudit.Store;

/// <summary>Reads rows of mt_events as entries. Plain SQL, because only so is it a page at a time, in one snapshot with the read models.</summary>
internal static class JournalRows
{
    /// <summary>The columns that <see cref="Entry"/> reads, in its order, of a table named e.</summary>
    internal const string Columns = "e.version, e.timestamp, e.type, e.bdata";

    private const int PageSize = 1000;

    /// <summary>The last position of a journal; 0 when it has none.</summary>
    internal static async Task<long> PositionAsync(NpgsqlConnection connection, string schema, string journal, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"select version from {schema}.mt_streams where id = $1", connection);
        command.Parameters.Add(new() { Value = journal });
        return await command.ExecuteScalarAsync(cancellation) is long position ? position : 0;
    }

    /// <summary>Entries after a position and up to another, page by page: what is in memory is a page, however long the journal.</summary>
    internal static async IAsyncEnumerable<IReadOnlyList<JournalEntry>> PagesAsync(
        NpgsqlConnection connection, string schema, string journal, long after, long upTo, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (after < upTo)
        {
            await using var command = new NpgsqlCommand(
                $"select {Columns} from {schema}.mt_events e where e.stream_id = $1 and e.version > $2 and e.version <= $3 order by e.version limit {PageSize}",
                connection);
            command.Parameters.Add(new() { Value = journal });
            command.Parameters.Add(new() { Value = after });
            command.Parameters.Add(new() { Value = upTo });
            var page = await ListAsync(command, cancellation);
            if (page.Count == 0)
            {
                yield break;
            }

            yield return page;
            after = page[^1].Position;
        }
    }

    /// <summary>All entries that a command selects, by <see cref="Columns"/>.</summary>
    internal static async Task<List<JournalEntry>> ListAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var entries = new List<JournalEntry>();
        while (await reader.ReadAsync(cancellation))
        {
            entries.Add(Entry(reader, 0));
        }

        return entries;
    }

    /// <summary>Is the row one of ours? Marten leaves a <c>tombstone</c> where an append failed half way, in a stream of its own.</summary>
    internal static bool IsFact(NpgsqlDataReader reader, int at) => reader.GetString(at + 2) != "tombstone";

    /// <summary>The entry of a row whose <see cref="Columns"/> begin at a column.</summary>
    internal static JournalEntry Entry(NpgsqlDataReader reader, int at)
    {
        var name = reader.GetString(at + 2);
        return EventNames.All.TryGetValue(name, out var type)
            ? new(reader.GetInt64(at), reader.GetFieldValue<DateTimeOffset>(at + 1), EventJson.Read(type, reader.GetFieldValue<byte[]>(at + 3)))
            : throw new UnknownEventException(name, reader.GetInt64(at));
    }
}

/// <summary>The journal holds an event that this version does not know.</summary>
public sealed class UnknownEventException(string name, long position)
    : Exception($"cannot read event '{name}' at position {position}: this version does not know it; the journal was written by a newer one, use that")
{
    /// <summary>Its stored name.</summary>
    public string Name { get; } = name;

    /// <summary>Its position.</summary>
    public long Position { get; } = position;
}
