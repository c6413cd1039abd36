namespace XdpAudit.Store;

/// <summary>Why a store cannot be opened.</summary>
public enum StoreFailure
{
    /// <summary>PostgreSQL's programs are not installed, or not in the version that the data needs.</summary>
    BinariesMissing,

    /// <summary>The data directory cannot be made, entered or written.</summary>
    DirectoryUnusable,

    /// <summary>The private cluster does not start.</summary>
    ClusterFailed,

    /// <summary>The database does not answer, or refuses the login.</summary>
    Unreachable,

    /// <summary>The login lacks rights that the schema needs.</summary>
    RightsMissing,

    /// <summary>Another auditor writes here.</summary>
    SecondWriter,
}

/// <summary>A store cannot be opened. The message says what was tried, why it failed and what to do.</summary>
public sealed class StoreException(StoreFailure failure, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The kind of failure.</summary>
    public StoreFailure Failure { get; } = failure;
}

/// <summary>All that this project says to people when something fails.</summary>
internal static class StoreErrors
{
    internal static StoreException BinariesMissing() => new(
        StoreFailure.BinariesMissing,
        "cannot start a private PostgreSQL: initdb, pg_ctl and postgres are neither in /usr/lib/postgresql/*/bin, /usr/pgsql-*/bin nor on PATH; "
        + "install them (apt-get install postgresql) or name a server with --postgres");

    internal static StoreException VersionMissing(string data, string major) => new(
        StoreFailure.BinariesMissing,
        $"cannot start the private PostgreSQL of '{data}': its data is of version {major} and that version's programs are not installed; "
        + $"install them (apt-get install postgresql-{major})");

    internal static StoreException DirectoryUnusable(string directory, string user, string why) => new(
        StoreFailure.DirectoryUnusable,
        $"cannot use data directory '{directory}' as user '{user}': {why}; choose a directory with --data that this user can enter and write");

    internal static StoreException SocketDirectoryTaken(string directory, string user) => new(
        StoreFailure.DirectoryUnusable,
        $"cannot use '{directory}' for the database's socket: it is there and is not a directory of user '{user}' alone; remove it, or choose a shorter --data");

    internal static StoreException InitFailed(string data, string output) => new(
        StoreFailure.ClusterFailed, $"cannot create the private PostgreSQL in '{data}': {Tail(output)}");

    internal static StoreException StartFailed(string data, string log, string output) => new(
        StoreFailure.ClusterFailed, $"cannot start the private PostgreSQL of '{data}': {Tail(output)}; its log is {log}");

    internal static StoreException KeeperFailed(string data, string output) => new(
        StoreFailure.ClusterFailed, $"cannot take charge of the private PostgreSQL of '{data}': {Tail(output)}");

    internal static StoreException Unreachable(string where, Exception cause) => new(
        StoreFailure.Unreachable, $"cannot reach the database at {where}: {cause.Message}; check the connection string and that the server runs", cause);

    internal static StoreException Unreadable(Exception cause) => new(
        StoreFailure.Unreachable, $"cannot read the connection string: {cause.Message.TrimEnd('.')}; write it as Host=ADDRESS;Username=NAME;Database=NAME", cause);

    internal static StoreException RightsMissing(string login, string sql, Exception cause) => new(
        StoreFailure.RightsMissing,
        $"cannot prepare the database as '{login}': {cause.Message}; have an administrator run:\n{sql}",
        cause);

    internal static StoreException SecondWriter(string what, string holder) => new(
        StoreFailure.SecondWriter, $"cannot write {what}: {holder} writes it already; stop that one first");

    internal static string Tail(string output)
    {
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length == 0 ? "it said nothing" : string.Join("; ", lines.TakeLast(4));
    }
}
