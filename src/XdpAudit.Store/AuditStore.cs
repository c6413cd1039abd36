using System.Text.RegularExpressions;
using JasperFx;
using Marten;
using Microsoft.Extensions.Logging;

namespace XdpAudit.Store;

/// <summary>
/// The auditor's memory: the two journals of a host and what is read from them. One of them is open at a time for a data directory and for a
/// journal; a second is refused and told of the first.
/// </summary>
public sealed partial class AuditStore : IAsyncDisposable
{
    private readonly LockFile _file;
    private readonly StoreConnection _connection;
    private readonly WriterLock _writer;
    private readonly DocumentStore _marten;
    private readonly ReadModels _models;
    private readonly MartenJournal _host;
    private readonly MartenJournal _server;

    private AuditStore(LockFile file, StoreConnection connection, WriterLock writer, StoreSettings settings, HostId host, ILoggerFactory loggers, TimeProvider time)
    {
        (_file, _connection, _writer) = (file, connection, writer);
        var log = loggers.CreateLogger<AuditStore>();
        _marten = MartenSetup.Build(connection.Source, settings.Schema, AutoCreate.None);
        var signal = new AppendSignal();
        _models = new(connection, signal, time, log, new WarningsOnly(loggers.CreateLogger("Marten")));
        _host = new(Journals.OfHost(host), _marten, connection, writer, signal, settings.Patience, time, log);
        _server = new(Journals.OfServer(host), _marten, connection, writer, signal, settings.Patience, time, log);
        Reader = new LifecycleReader(connection);
    }

    /// <summary>What happened on the host.</summary>
    public IJournal HostJournal => _host;

    /// <summary>What was judged and decided beside it.</summary>
    public IJournal ServerJournal => _server;

    /// <summary>Reads lifecycles.</summary>
    public ILifecycleReader Reader { get; }

    /// <summary>The private cluster; null on a server of the user's.</summary>
    public PrivateCluster? Cluster => _connection.Cluster;

    /// <summary>The writer's lock is held; false for a moment after the database was away, and for good when another auditor took it.</summary>
    public bool IsWriter => _writer.Held;

    /// <summary>Opens the store, and makes what is missing: directory, cluster, roles, schema.</summary>
    /// <exception cref="StoreException">It cannot be opened; the message says what to do.</exception>
    public static async Task<AuditStore> OpenAsync(
        StoreSettings settings, HostId host, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellation)
    {
        if (!SchemaName().IsMatch(settings.Schema))
        {
            throw new ArgumentException($"'{settings.Schema}' is no schema name: lower-case letters, digits and underscores, at most 40", nameof(settings));
        }

        var file = LockFile.Take(settings.DataDirectory, time);
        StoreConnection? connection = null;
        WriterLock? writer = null;
        try
        {
            connection = settings.Postgres is { } text
                ? StoreConnection.Of(text, settings.Schema)
                : StoreConnection.Of(await PrivateCluster.StartAsync(settings.DataDirectory, loggers, cancellation), settings.Schema);
            await SchemaMigration.EnsureAsync(connection, loggers, cancellation);
            writer = await WriterLock.TakeAsync(connection, Journals.OfHost(host), time, loggers.CreateLogger<AuditStore>(), cancellation);
            var store = new AuditStore(file, connection, writer, settings, host, loggers, time);
            store._models.Start();
            return store;
        }
        catch
        {
            await CloseAsync(writer, connection, file);
            throw;
        }
    }

    /// <summary>Throws the read models away and makes them again from the journals; readers stay exact meanwhile.</summary>
    public Task RebuildAsync(CancellationToken cancellation) => _models.RebuildAsync(cancellation);

    /// <summary>Waits until the read models include all that is in the journals now; reads are exact without it.</summary>
    /// <exception cref="TimeoutException">They did not in time.</exception>
    public Task CaughtUpAsync(TimeSpan atMost, CancellationToken cancellation) => _models.CaughtUpAsync(atMost, cancellation);

    /// <summary>Closes all, and stops a private cluster.</summary>
    public async ValueTask DisposeAsync()
    {
        await _models.DisposeAsync();
        _host.Dispose();
        _server.Dispose();
        await _marten.DisposeAsync();
        await CloseAsync(_writer, _connection, _file);
    }

    private static async Task CloseAsync(WriterLock? writer, StoreConnection? connection, LockFile file)
    {
        if (writer is not null)
        {
            await writer.DisposeAsync();
        }

        if (connection is not null)
        {
            await connection.DisposeAsync();
        }

        file.Dispose();
    }

    [GeneratedRegex("^[a-z_][a-z0-9_]{0,39}$")]
    private static partial Regex SchemaName();
}
