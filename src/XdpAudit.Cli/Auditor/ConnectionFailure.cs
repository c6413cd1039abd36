using System.Net.Sockets;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary>Tells apart why the auditor cannot be reached, because each has another next step.</summary>
internal static class ConnectionFailure
{
    /// <summary>The error to tell for what connecting threw.</summary>
    internal static Problem Explain(Endpoint endpoint, Exception exception, Surroundings around)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is SocketException socket)
            {
                return Explain(endpoint, socket.SocketErrorCode, socket.Message, around);
            }
        }

        return exception is IOException or HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse }
            ? LocalProblem.Lost(endpoint.Name)
            : LocalProblem.CannotConnect(endpoint.Name, exception.Message);
    }

    /// <summary>The error to tell for what connect(2) said. .NET has one word, "address not available", for ENOENT and ENOTDIR.</summary>
    internal static Problem Explain(Endpoint endpoint, SocketError error, string message, Surroundings around) => (endpoint.Socket, error) switch
    {
        ({ }, SocketError.AddressNotAvailable) => LocalProblem.NoSocket(endpoint.Name),
        ({ }, SocketError.AccessDenied) => LocalProblem.SocketDenied(endpoint.Name, around.Uid, UserName(around)),
        (_, SocketError.ConnectionRefused) => LocalProblem.Refused(endpoint.Name),
        _ => LocalProblem.CannotConnect(endpoint.Name, message),
    };

    // The name goes into a command to paste: one that is not plain is left to the person's shell.
    private static string UserName(Surroundings around) =>
        around.Variable("USER") is { Length: > 0 } user && user.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') && user[0] != '-'
            ? user
            : "\"$(id -un)\"";
}
