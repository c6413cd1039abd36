using System.Security.Cryptography;
using System.Text;

namespace XdpAudit.Store;

/// <summary>The files of a private cluster: <c>DIR/pg/{data,log,socket,keeper.lock}</c>, all of its owner alone.</summary>
internal sealed class ClusterFiles
{
    /// <summary>The role that may do everything; reached only by the peer map, that is by our own user.</summary>
    internal const string Superuser = "auditor";

    // sun_path of sockaddr_un is 108 bytes (unix(7)), and the socket's own name takes ".s.PGSQL.5432" and a zero.
    private const int LongestSocketDirectory = 108 - 15;

    internal ClusterFiles(string dataDirectory)
    {
        Root = Path.Combine(Path.GetFullPath(dataDirectory), "pg");
        var inside = Path.Combine(Root, "socket");
        SocketDirectory = Encoding.UTF8.GetByteCount(inside) <= LongestSocketDirectory
            ? inside
            : $"/tmp/xdpaudit-pg-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Root)))[..16]}";
    }

    internal string Root { get; }

    internal string Data => Path.Combine(Root, "data");

    internal string Log => Path.Combine(Root, "log");

    internal string SocketDirectory { get; }

    internal string KeeperLock => Path.Combine(Root, "keeper.lock");

    internal string PidFile => Path.Combine(Data, "postmaster.pid");

    /// <summary>Both files that say that a postmaster lives, and its socket.</summary>
    internal string[] SignsOfLife => [PidFile, Path.Combine(SocketDirectory, ".s.PGSQL.5432.lock"), Path.Combine(SocketDirectory, ".s.PGSQL.5432")];

    /// <summary>The cluster's settings. What is not named stays PostgreSQL's default; fsync and synchronous_commit are, so that nobody wonders.</summary>
    internal string Settings() =>
        $"""
        listen_addresses = ''
        unix_socket_directories = '{SocketDirectory.Replace("'", "''", StringComparison.Ordinal)}'
        unix_socket_permissions = 0700
        fsync = on
        synchronous_commit = on
        full_page_writes = on
        max_connections = 40
        max_wal_senders = 0
        wal_level = minimal
        client_connection_check_interval = '2s'
        idle_in_transaction_session_timeout = '60s'
        timezone = 'UTC'
        log_timezone = 'UTC'
        jit = off

        """;

    /// <summary>Who may connect: our own user, by the kernel's word for who is at the other end of the socket. No passwords, no network.</summary>
    internal static string Hba() => "local all all peer map=own\n";

    /// <summary>Our user may be the superuser, who prepares the schema, and the writer, who cannot rewrite anything.</summary>
    internal static string Ident(string owner)
    {
        var users = new[] { Environment.UserName, owner }.Distinct();
        return string.Concat(users.SelectMany(u => new[] { Superuser, StoreRoles.Writer }, (u, role) => $"own \"{u}\" {role}\n"));
    }
}
