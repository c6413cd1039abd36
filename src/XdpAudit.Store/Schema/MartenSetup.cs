using JasperFx;
using JasperFx.Events;
using JasperFx.Events.Daemon;
using Marten;
using Marten.Events;
using Npgsql;

namespace XdpAudit.Store;

/// <summary>How Marten is set up: the one place that names its options.</summary>
internal static class MartenSetup
{
    /// <summary>The composite of both read models: one scan of the journals, one commit, one progress.</summary>
    internal const string ReadModels = "read_models";

    // Nothing waits for the read models, and our own appends raise a signal: this is for those of other auditors.
    private static readonly TimeSpan Polling = TimeSpan.FromSeconds(5);

    // Events a page: a lifecycle is written once a page, however many of its events are in it.
    private const int PageSize = 2000;

    // UseBinarySerializer has no form that takes a Type, and DefaultBinarySerializer does not reach mapped types (9.58).
    private static readonly System.Reflection.MethodInfo Binary = typeof(IEventStoreOptions).GetMethod(nameof(IEventStoreOptions.UseBinarySerializer))!;

    internal static DocumentStore Build(NpgsqlDataSource source, string schema, AutoCreate autoCreate, AppendSignal? wakeup = null) => DocumentStore.For(o =>
    {
        o.Connection(source);
        o.AutoCreateSchemaObjects = autoCreate;
        MapJournals(o, schema);
        MapReadModels(o);
        o.Projections.Wakeup = wakeup;
        o.Projections.SlowPollingTime = Polling;
        o.Projections.HighWaterStalenessThreshold = 12 * Polling;
        o.Projections.CompositeProjectionFor(ReadModels, both =>
        {
            both.Options.BatchSize = PageSize;
            both.Add(new LifecycleProjection());
            both.Add(new SubjectIndex(schema), options => options.DeleteDataInTableOnTeardown(SubjectIndex.Table(schema)));
        });
    });

    /// <summary>The journals: what is stored, and how.</summary>
    internal static void MapJournals(StoreOptions o, string schema)
    {
        o.DatabaseSchemaName = schema;
        o.Events.DatabaseSchemaName = schema;
        o.Events.StreamIdentity = StreamIdentity.AsString;
        o.Events.AppendMode = EventAppendMode.QuickWithServerTimestamps; // the only quick mode that takes our recorded_at
        var bytes = new EventBytes();
        foreach (var (name, type) in EventNames.All)
        {
            o.Events.MapEventType(type, name);
            Binary.MakeGenericMethod(type).Invoke(o.Events, [bytes]);
        }
    }

    /// <summary>The read models' tables, and the daemon that keeps them.</summary>
    internal static void MapReadModels(StoreOptions o)
    {
        o.UseSystemTextJsonForSerialization(configure: json => json.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        o.Projections.AsyncMode = DaemonMode.Solo; // one process of one host keeps the read models; there is nobody to agree with

        // An auditor that skips is none. These are true by default.
        o.Projections.Errors.SkipApplyErrors = false;
        o.Projections.Errors.SkipSerializationErrors = false;
        o.Projections.Errors.SkipUnknownEvents = false;
        o.Projections.RebuildErrors.SkipApplyErrors = false;
        o.Projections.RebuildErrors.SkipSerializationErrors = false;
        o.Projections.RebuildErrors.SkipUnknownEvents = false;
        Lifecycle.Map(o);
        SubjectIndex.Map(o);
    }
}
