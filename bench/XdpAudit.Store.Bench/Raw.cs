using Npgsql;
using NpgsqlTypes;

namespace XdpAudit.Store.Bench;

/// <summary>The same bytes by hand, in a table with the same key: what PostgreSQL gives without Marten.</summary>
internal static class Raw
{
    private const string Columns = "(seq_id, stream_id, version, type, timestamp, bdata)";

    internal static async Task CreateAsync(NpgsqlDataSource source)
    {
        await using var command = source.CreateCommand(
            """
            drop table if exists raw_log;
            create table raw_log(seq_id bigint primary key, stream_id varchar not null, version bigint not null, type varchar not null,
              timestamp timestamptz not null, bdata bytea not null, unique (stream_id, version))
            """);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>One INSERT for each event, sent as one batch in one transaction.</summary>
    internal static async Task InsertBatchAsync(NpgsqlDataSource source, long after, JournalEvent[] events)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var batch = new NpgsqlBatch(connection, transaction);
        for (var i = 0; i < events.Length; i++)
        {
            var insert = new NpgsqlBatchCommand($"insert into raw_log{Columns} values ($1, $2, $3, $4, $5, $6)");
            foreach (var value in Row(after + i + 1, events[i]))
            {
                insert.Parameters.Add(new() { Value = value });
            }

            batch.BatchCommands.Add(insert);
        }

        await batch.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
    }

    /// <summary>One INSERT of all rows, from arrays.</summary>
    internal static async Task InsertRowsAsync(NpgsqlDataSource source, long after, JournalEvent[] events)
    {
        await using var command = source.CreateCommand(
            $"insert into raw_log{Columns} select s, $2, s, t, $4, b from unnest($1::bigint[], $3::varchar[], $5::bytea[]) as x(s, t, b)");
        command.Parameters.Add(new() { Value = Enumerable.Range(1, events.Length).Select(i => after + i).ToArray() });
        command.Parameters.Add(new() { Value = "host/bench" });
        command.Parameters.Add(new() { Value = events.Select(EventNames.Of).ToArray() });
        command.Parameters.Add(new() { Value = Sample.Moment });
        command.Parameters.Add(new() { Value = events.Select(EventJson.Write).ToArray() });
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Binary COPY.</summary>
    internal static async Task CopyAsync(NpgsqlDataSource source, long after, JournalEvent[] events)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var copy = await connection.BeginBinaryImportAsync($"copy raw_log{Columns} from stdin (format binary)");
        for (var i = 0; i < events.Length; i++)
        {
            await copy.StartRowAsync();
            await copy.WriteAsync(after + i + 1, NpgsqlDbType.Bigint);
            await copy.WriteAsync("host/bench", NpgsqlDbType.Varchar);
            await copy.WriteAsync(after + i + 1, NpgsqlDbType.Bigint);
            await copy.WriteAsync(EventNames.Of(events[i]), NpgsqlDbType.Varchar);
            await copy.WriteAsync(Sample.Moment, NpgsqlDbType.TimestampTz);
            await copy.WriteAsync(EventJson.Write(events[i]), NpgsqlDbType.Bytea);
        }

        await copy.CompleteAsync();
    }

    private static object[] Row(long at, JournalEvent fact) => [at, "host/bench", at, EventNames.Of(fact), Sample.Moment, EventJson.Write(fact)];
}
