using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using JasperFx.Events;
using Marten;
using Marten.Events.Projections;
using Weasel.Postgresql;
using Weasel.Postgresql.Tables;

namespace XdpAudit.Store;

/// <summary>
/// Which events name a subject: one row for each event and subject, so that a history is a scan of an index. A row is two numbers, a hash of
/// the subject and Marten's number of the event; keys are long, and would make the index larger than the journal. Readers look into the event
/// itself for the subject, so two subjects of one hash cost a read and nothing else. A page of events is one statement.
/// </summary>
internal sealed class SubjectIndex(string schema) : IProjection
{
    internal const string Name = "subject_index";

    public Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        var hashes = new List<long>();
        var numbers = new List<long>();
        foreach (var e in events)
        {
            if (e.Data is not JournalEvent fact)
            {
                continue; // Marten's own tombstones
            }

            foreach (var subject in fact.Subjects.Distinct())
            {
                hashes.Add(Hash(subject));
                numbers.Add(e.Sequence);
            }
        }

        if (hashes.Count > 0)
        {
            operations.QueueSqlCommand(
                $"insert into {Table(schema)}(subject_hash, seq_id) select * from unnest(?::bigint[], ?::bigint[]) on conflict do nothing",
                hashes.ToArray(), numbers.ToArray());
        }

        return Task.CompletedTask;
    }

    /// <summary>The first eight bytes of the SHA-256 of a subject: stays the same for ever, on every machine.</summary>
    internal static long Hash(string subject) => BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(subject)));

    internal static string Table(string schema) => $"{schema}.{Name}";

    internal static void Map(StoreOptions options)
    {
        var table = new Table(PostgresqlProvider.Instance.Parse(options.DatabaseSchemaName, Name));
        table.AddColumn<long>("subject_hash").AsPrimaryKey();
        table.AddColumn<long>("seq_id").AsPrimaryKey();
        options.Storage.ExtendedSchemaObjects.Add(table);
    }
}
