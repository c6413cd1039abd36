using Npgsql;

namespace XdpAudit.Store;

/// <summary>How the database is reached: as the writer, always, but for preparing the schema; through the private cluster or a server of the user's.</summary>
internal sealed class StoreConnection : IAsyncDisposable
{
    private readonly PrivateCluster? _cluster;
    private readonly string _login;

    private StoreConnection(PrivateCluster? cluster, string login, string writer, string schema)
    {
        (_cluster, _login, Schema) = (cluster, login, schema);
        WriterText = writer;
        Source = new NpgsqlDataSourceBuilder(writer).Build();
    }

    internal string Schema { get; }

    /// <summary>Connections of the writer.</summary>
    internal NpgsqlDataSource Source { get; }

    /// <summary>The writer's connection string.</summary>
    internal string WriterText { get; }

    internal PrivateCluster? Cluster => _cluster;

    /// <summary>Where it is, for messages; no password.</summary>
    internal string Where => Text(_login) is var b ? $"{b.Host}:{b.Port}, database '{b.Database ?? b.Username}', user '{b.Username}'" : "";

    internal static StoreConnection Of(PrivateCluster cluster, string schema) =>
        new(cluster, cluster.ConnectionString(ClusterFiles.Superuser), Tuned(cluster.ConnectionString(StoreRoles.Writer), null), schema);

    /// <summary>A server of the user's. Its login becomes the writer at the start of each connection.</summary>
    /// <exception cref="StoreException">It is no connection string.</exception>
    internal static StoreConnection Of(string connectionString, string schema)
    {
        try
        {
            return new(null, connectionString, Tuned(connectionString, StoreRoles.Writer), schema);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw StoreErrors.Unreadable(e);
        }
    }

    /// <summary>A connection as the login itself, outside the pool: for preparing.</summary>
    internal async Task<NpgsqlConnection> OpenLoginAsync(CancellationToken cancellation)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_login) { Pooling = false }.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellation);
            return connection;
        }
        catch (Exception e) when (e is NpgsqlException or IOException or System.Net.Sockets.SocketException or TimeoutException)
        {
            await connection.DisposeAsync();
            throw StoreErrors.Unreachable(Where, e);
        }
    }

    /// <summary>The connection string with which the schema is migrated: the login, acting as the owner.</summary>
    internal string OwnerText() => new NpgsqlConnectionStringBuilder(_login)
    {
        Pooling = false,
        NoResetOnClose = true,
        Options = $"{Text(_login).Options} -c role={StoreRoles.Owner}".Trim(),
    }.ConnectionString;

    /// <summary>Brings a private cluster back that has gone; a user's server is the user's.</summary>
    internal Task EnsureRunningAsync(CancellationToken cancellation) => _cluster?.EnsureRunningAsync(cancellation) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    private static NpgsqlConnectionStringBuilder Text(string connectionString) => new(connectionString);

    /// <summary>
    /// No reset when a connection goes back to the pool: DISCARD ALL ends with SET SESSION AUTHORIZATION DEFAULT, which would turn the
    /// writer back into the login. We leave nothing in a session that would need it.
    /// </summary>
    private static string Tuned(string connectionString, string? role)
    {
        var b = new NpgsqlConnectionStringBuilder(connectionString)
        {
            NoResetOnClose = true,
            MaxPoolSize = 16,
            ApplicationName = "xdpaudit",
            IncludeErrorDetail = false,
            MaxAutoPrepare = 0,
        };
        // Everything is read by an index, and what is read is a small part; before the first ANALYZE the planner does not know that.
        b.Options = $"{b.Options} -c enable_seqscan=off -c jit=off{(role is null ? "" : $" -c role={role}")}".Trim();
        return b.ConnectionString;
    }
}
