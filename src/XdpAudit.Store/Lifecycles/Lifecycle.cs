using System.Text.Json.Serialization;
using Marten;
using Weasel.Postgresql.Tables;

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

    internal static void Map(StoreOptions options) => options.Schema.For<Lifecycle>()
        .Identity(l => l.Id)
        .DocumentAlias("lifecycle")
        .Duplicate(l => l.Kind, notNull: true)
        .Duplicate(l => l.Journal, notNull: true)
        .Duplicate(l => l.FirstPosition, notNull: true)
        .Duplicate(l => l.LastPosition, notNull: true)
        .Duplicate(l => l.Known, notNull: true)
        .Index(l => new { l.Journal, l.LastPosition }, i => i.Method = IndexMethod.btree)
        .Index(l => new { l.Journal, l.Kind, l.FirstPosition, l.Id })
        .Metadata(m =>
        {
            // A rebuild is to give the same bytes, and these two tell of the rebuild. mt_version has to stay: a projection writes by it.
            m.LastModified.Enabled = false;
            m.DotNetType.Enabled = false;
        });
}
