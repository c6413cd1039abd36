using System.Net.Sockets;
using JasperFx;
using Npgsql;

namespace XdpAudit.Store;

/// <summary>What an exception out of Marten or Npgsql means for a journal.</summary>
internal static class Failures
{
    /// <summary>Somebody, perhaps we ourselves a moment ago, has appended in that place.</summary>
    internal static bool IsPlaceTaken(Exception e) => Chain(e).Any(x => x is ConcurrencyException or PostgresException { SqlState: PostgresErrorCodes.UniqueViolation });

    /// <summary>
    /// The database failed to answer, or could not do it now: connection, shutdown, resources, disk. Also whatever else it refuses: nothing of
    /// what we send is wrong in itself, and the caller, who holds what is to be recorded, must keep it and ask again.
    /// </summary>
    internal static bool IsUnavailable(Exception e) => Chain(e).Any(x => x is NpgsqlException or SocketException or IOException or TimeoutException or StoreException);

    /// <summary>The innermost words: those of the server or the system.</summary>
    internal static string Why(Exception e) => Chain(e).FirstOrDefault(x => x is PostgresException or StoreException)?.Message ?? Chain(e).Last().Message;

    private static IEnumerable<Exception> Chain(Exception e)
    {
        for (var x = e; x is not null; x = x.InnerException)
        {
            yield return x;
        }
    }
}
