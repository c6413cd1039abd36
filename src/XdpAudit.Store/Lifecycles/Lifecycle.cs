using System.Text.Json.Serialization;
using Marten;

namespace XdpAudit.Store;

/// <summary>A subject's lifecycle as the read model keeps it. Made by events alone, can be thrown away.</summary>
public sealed class Lifecycle
{
    /// <summary>The subject's key.</summary>
    public string Id { get; set; } = "";

    /// <summary>The prefix of the key.</summary>
    public string Kind { get; set; } = "";

    /// <summary>The journal that tells of it.</summary>
    public string Journal { get; set; } = "";

    /// <summary>Position of the event that began it.</summary>
    public long FirstPosition { get; set; }

    /// <summary>Position of the last event about it.</summary>
    public long LastPosition { get; set; }

    /// <summary>It lives, or ended and has to be known all the same.</summary>
    public bool Known { get; set; }

    /// <summary>
    /// The state, as JSON in a text. Not a member of its own: jsonb refuses a NUL and would stop the read model for ever on a name
    /// somebody chose; inside a text it is six harmless characters.
    /// </summary>
    public string StateJson
    {
        get => field ?? (State is null ? "" : StateText.Write(State)); // written once a page, not once an event
        set;
    }

    /// <summary>The state.</summary>
    [JsonIgnore]
    internal SubjectState? State { get; init; }

    /// <summary>The kernel's id, in the keys of programs, links and maps (<see cref="ProgramKey"/>).</summary>
    internal const string KernelIdSql = "split_part(id, '/', 4)";

    private const string KernelIdIndex = "mt_doc_lifecycle_idx_kernel_id";

    /// <summary>The index for <see cref="KernelIdSql"/>, to be made as the owner; Marten has no words for it.</summary>
    internal static string IndexSql(string schema) =>
        $"create index if not exists {KernelIdIndex} on {schema}.mt_doc_lifecycle (journal, kind, {KernelIdSql})";

    /// <summary>Columns of their own for what readers select by, and the three indexes they select through.</summary>
    internal static void Map(StoreOptions options)
    {
        options.Schema.For<Lifecycle>().Identity(l => l.Id).DocumentAlias("lifecycle").Metadata(m =>
        {
            // A rebuild is to give the same bytes, and these two tell of the rebuild. mt_version has to stay: a projection writes by it.
            m.LastModified.Enabled = false;
            m.DotNetType.Enabled = false;
        });

        // Not by Duplicate(), which makes an index of each column: every write of a lifecycle would pay for five more.
        options.Policies.ForAllDocuments(mapping =>
        {
            if (mapping.DocumentType != typeof(Lifecycle))
            {
                return;
            }

            mapping.DuplicateField(nameof(Kind), "varchar", notNull: true);
            mapping.DuplicateField(nameof(Journal), "varchar", notNull: true);
            mapping.DuplicateField(nameof(FirstPosition), "bigint", notNull: true);
            mapping.DuplicateField(nameof(LastPosition), "bigint", notNull: true);
            mapping.DuplicateField(nameof(Known), "boolean", notNull: true);
            mapping.AddIndex("journal", "last_position").Predicate = "known";
            var past = mapping.AddIndex("journal", "last_position", "first_position");
            past.Name = "mt_doc_lifecycle_idx_past";
            mapping.AddIndex("journal", "kind", "first_position");
            mapping.IgnoreIndex(KernelIdIndex);
        });
    }
}
