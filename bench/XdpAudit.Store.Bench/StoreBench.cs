using System.Diagnostics;
using JasperFx;
using JasperFx.Events;
using JasperFx.Events.Projections;
using Marten;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace XdpAudit.Store.Bench;

/// <summary>The questions, one method each.</summary>
internal sealed class StoreBench(AuditStore store, TextWriter say, TimeSpan lasting) : IAsyncDisposable
{
    private const int Alive = 100;
    private readonly NpgsqlDataSource _superuser = NpgsqlDataSource.Create(store.Cluster!.ConnectionString(ClusterFiles.Superuser));
    private int _databases;

    /// <summary>How fast is an append, against the same bytes written by hand?</summary>
    internal async Task AppendAsync()
    {
        await say.WriteLineAsync("append: one journal, one writer, fsync and synchronous_commit on");
        foreach (var size in new[] { 1, 100, 1000 })
        {
            var journal = await TimeJournalAsync(size, daemon: false);
            var whole = await TimeJournalAsync(size, daemon: true);
            await say.WriteLineAsync($"  {size,4} a batch   journal alone        {journal}");
            await say.WriteLineAsync($"  {size,4} a batch   with read models     {whole}   {Ratio(whole, journal)} of the journal alone");
            foreach (var (name, write) in new (string, Func<NpgsqlDataSource, long, JournalEvent[], Task>)[]
            {
                ("batch of INSERTs", Raw.InsertBatchAsync), ("multi-row INSERT", Raw.InsertRowsAsync), ("binary COPY", Raw.CopyAsync),
            })
            {
                await Raw.CreateAsync(_superuser);
                var position = 0L;
                var raw = await Timing.OfAsync(size, lasting, async () =>
                {
                    await write(_superuser, position, Sample.Batch((int)position, size, Alive));
                    position += size;
                });
                await say.WriteLineAsync($"  {size,4} a batch   {name,-18}   {raw}   the journal reaches {Ratio(journal, raw)} of it");
            }
        }
    }

    /// <summary>Lifecycles within the append, or after it?</summary>
    internal async Task ReadModelsAsync()
    {
        await say.WriteLineAsync("read models: 100 events a batch, each of another of 100 programs");
        var inline = await TimeInlineAsync();
        var async = await TimeJournalAsync(Alive, daemon: true);
        await say.WriteLineAsync($"  inline (rich append)     {inline}");
        await say.WriteLineAsync($"  async, daemon running    {async}   {Ratio(async, inline)} of inline");

        var lag = new List<TimeSpan>();
        var position = await store.HostJournal.PositionAsync(CancellationToken.None);
        for (var i = 0; i < 60; i++)
        {
            await store.HostJournal.AppendAsync(position, Sample.Batch((int)position, Alive, Alive), Sample.Moment, CancellationToken.None);
            position += Alive;
            var start = Stopwatch.GetTimestamp();
            await store.CaughtUpAsync(TimeSpan.FromMinutes(1), CancellationToken.None);
            lag.Add(Stopwatch.GetElapsedTime(start));
        }

        lag.Sort();
        await say.WriteLineAsync(FormattableString.Invariant($"  caught up after append   p50 {lag[30].TotalMilliseconds:F0} ms   p99 {lag[^1].TotalMilliseconds:F0} ms (asked every 20 ms)"));
    }

    /// <summary>How fast are the read models made again?</summary>
    internal async Task RebuildAsync()
    {
        var position = await store.HostJournal.PositionAsync(CancellationToken.None);
        while (position < 100_000)
        {
            await store.HostJournal.AppendAsync(position, Sample.Batch((int)position, 1000, Alive), Sample.Moment.AddMilliseconds(position), CancellationToken.None);
            position += 1000;
        }

        await store.CaughtUpAsync(TimeSpan.FromMinutes(10), CancellationToken.None);
        var start = Stopwatch.GetTimestamp();
        await store.RebuildAsync(CancellationToken.None);
        var took = Stopwatch.GetElapsedTime(start);
        await say.WriteLineAsync(FormattableString.Invariant($"rebuild: {position} events in {took.TotalSeconds:F1} s, {position / took.TotalSeconds:F0} ev/s"));
    }

    /// <summary>What does the past cost?</summary>
    internal async Task PastAsync()
    {
        var journal = store.HostJournal;
        var end = await journal.PositionAsync(CancellationToken.None);
        await say.WriteLineAsync($"reading a journal of {end} events");
        foreach (var (name, at) in new[] { ("now", long.MaxValue), ("one batch ago", end - Alive), ("half way", end / 2), ("near the beginning", 150L) })
        {
            var found = 0;
            var read = await Timing.OfAsync(1, lasting, async () => found = (await store.Reader.AsOfAsync(journal.Name, at, CancellationToken.None)).Subjects.Count);
            await say.WriteLineAsync($"  as of {name,-20} {found,5} subjects   p50 {Ms(read.Median)} ms   p99 {Ms(read.Worst)} ms");
        }

        var history = await Timing.OfAsync(1, lasting, () => store.Reader.HistoryAsync(Sample.Program(50).Value, null, CancellationToken.None));
        await say.WriteLineAsync($"  history of a program                  p50 {Ms(history.Median)} ms   p99 {Ms(history.Worst)} ms");
        var moment = await Timing.OfAsync(1, lasting, () => store.Reader.PositionAtAsync(journal.Name, Sample.Moment, CancellationToken.None));
        await say.WriteLineAsync($"  position at a moment, the oldest      p50 {Ms(moment.Median)} ms   p99 {Ms(moment.Worst)} ms");
        var start = Stopwatch.GetTimestamp();
        var state = HostState.Empty(Sample.Host);
        await foreach (var entry in journal.ReadAsync(0, CancellationToken.None))
        {
            state = HostState.Fold(state, entry);
        }

        await say.WriteLineAsync(FormattableString.Invariant($"  folding the whole journal             {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F0} ms"));
    }


    /// <summary>What does it cost to do nothing, and to start again?</summary>
    internal async Task IdleAsync()
    {
        await store.CaughtUpAsync(TimeSpan.FromMinutes(1), CancellationToken.None);
        var (ours, theirs) = (Environment.CpuUsage.TotalTime, ClusterCpu());
        var start = Stopwatch.GetTimestamp();
        await Task.Delay(TimeSpan.FromSeconds(20)); // what is measured is what it costs to do nothing
        var took = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await say.WriteLineAsync(FormattableString.Invariant(
            $"idle: {100 * (Environment.CpuUsage.TotalTime - ours).TotalSeconds / took:F2} % of a core here, {100 * (ClusterCpu() - theirs) / took:F2} % in PostgreSQL; {Environment.WorkingSet >> 20} MiB resident"));
    }

    /// <summary>CPU seconds of the cluster's processes: utime and stime, in hundredths (proc_pid_stat(5)).</summary>
    private double ClusterCpu()
    {
        var postmaster = store.Cluster!.Postmaster.ToString()!;
        return Directory.EnumerateDirectories("/proc").Where(d => char.IsDigit(Path.GetFileName(d)[0])).Sum(d =>
        {
            try
            {
                var stat = File.ReadAllText(d + "/stat");
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                return fields[1] == postmaster || Path.GetFileName(d) == postmaster
                    ? (double.Parse(fields[11], System.Globalization.CultureInfo.InvariantCulture) + double.Parse(fields[12], System.Globalization.CultureInfo.InvariantCulture)) / 100
                    : 0;
            }
            catch (IOException)
            {
                return 0; // it ended while we looked
            }
        });
    }

    private async Task<Timing> TimeJournalAsync(int size, bool daemon)
    {
        await using var connection = await NewDatabaseAsync();
        await using var marten = MartenSetup.Build(connection.Source, connection.Schema, AutoCreate.None);
        await using var writer = await WriterLock.TakeAsync(connection, "host/bench", TimeProvider.System, NullLogger.Instance, CancellationToken.None);
        var signal = new AppendSignal();
        await using var models = new ReadModels(connection, signal, TimeProvider.System, NullLogger.Instance, new(NullLogger.Instance));
        if (daemon)
        {
            models.Start();
        }

        using var journal = new MartenJournal("host/bench", marten, connection, writer, signal, TimeSpan.FromSeconds(30), TimeProvider.System, NullLogger.Instance);
        var position = 0;
        return await Timing.OfAsync(size, lasting, async () =>
        {
            await journal.AppendAsync(position, Sample.Batch(position, size, Alive), Sample.Moment, CancellationToken.None);
            position += size;
        });
    }

    private async Task<Timing> TimeInlineAsync()
    {
        await using var connection = await NewDatabaseAsync();
        await using var marten = DocumentStore.For(o =>
        {
            o.Connection(connection.Source);
            o.AutoCreateSchemaObjects = AutoCreate.None;
            MartenSetup.MapJournals(o, connection.Schema);
            MartenSetup.MapReadModels(o);
            o.Events.AppendMode = EventAppendMode.Rich; // the quick modes do not know positions before the commit
            o.Projections.Add(new LifecycleProjection(), ProjectionLifecycle.Inline);
            o.Projections.Add(new SubjectIndex(connection.Schema), ProjectionLifecycle.Inline);
        });

        // Rich appends write the tables themselves; for them the writer is let in.
        await using (var command = new NpgsqlCommand(
            $"grant all on all tables in schema {connection.Schema} to {StoreRoles.Writer}; grant all on all sequences in schema {connection.Schema} to {StoreRoles.Writer}",
            await connection.OpenLoginAsync(CancellationToken.None)))
        {
            await command.ExecuteNonQueryAsync();
            await command.Connection!.DisposeAsync();
        }

        var position = 0;
        return await Timing.OfAsync(Alive, lasting, async () =>
        {
            await using var session = marten.LightweightSession();
            session.Events.Append("host/bench", position + Alive, Sample.Batch(position, Alive, Alive).Cast<object>());
            await session.SaveChangesAsync();
            position += Alive;
        });
    }

    private async Task<StoreConnection> NewDatabaseAsync()
    {
        var name = $"bench{++_databases}";
        await using var command = _superuser.CreateCommand($"create database {name}");
        await command.ExecuteNonQueryAsync();
        var text = new NpgsqlConnectionStringBuilder(store.Cluster!.ConnectionString(ClusterFiles.Superuser)) { Database = name }.ConnectionString;
        var connection = StoreConnection.Of(text, "xdpaudit");
        await SchemaMigration.EnsureAsync(connection, NullLoggerFactory.Instance, CancellationToken.None);
        return connection;
    }

    public ValueTask DisposeAsync() => _superuser.DisposeAsync();

    private static string Ratio(Timing one, Timing other) => FormattableString.Invariant($"{100 * one.PerSecond / other.PerSecond:F0} %");

    private static string Ms(TimeSpan time) => FormattableString.Invariant($"{time.TotalMilliseconds,8:F2}");
}
