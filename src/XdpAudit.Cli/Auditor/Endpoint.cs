using System.Net.Sockets;

namespace XdpAudit.Cli;

/// <summary>Where the auditor listens.</summary>
/// <param name="Name">As it is told to people: <c>unix:/run/xdpaudit/api.sock</c> or a URL.</param>
/// <param name="Base">What HTTP requests are made against.</param>
/// <param name="Socket">Path of the unix socket; null for TCP.</param>
internal sealed record Endpoint(string Name, Uri Base, string? Socket)
{
    /// <summary>Where an auditor listens when nobody says otherwise.</summary>
    internal const string Default = "unix:/run/xdpaudit/api.sock";

    /// <summary>The variable that names another.</summary>
    internal const string Variable = "XDPAUDIT_SERVER";

    private const string UnixPrefix = "unix:";

    /// <summary>From <c>--server</c>, else the environment, else the default.</summary>
    internal static Endpoint Of(string? option, Surroundings around)
    {
        var variable = around.Variable(Variable);
        return Parse(option ?? (string.IsNullOrEmpty(variable) ? Default : variable), around.WorkingDirectory);
    }

    /// <summary><c>unix:PATH</c>, a bare absolute path, or an http or https URL; all else ends the command.</summary>
    internal static Endpoint Parse(string text, string workingDirectory)
    {
        if (text.StartsWith(UnixPrefix, StringComparison.Ordinal) || text.StartsWith('/'))
        {
            return Unix(text, text.StartsWith('/') ? text : text[UnixPrefix.Length..], workingDirectory);
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri is { Query.Length: 0, Fragment.Length: 0 }
            ? new(uri.GetLeftPart(UriPartial.Path).TrimEnd('/'), new Uri(uri.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/"), null)
            : throw new CliFailure(LocalProblem.BadServer(text, "it is neither unix:PATH nor an http URL"));
    }

    private static Endpoint Unix(string text, string path, string workingDirectory)
    {
        const int longest = 107; // sun_path of unix(7) has 108 bytes, one of them the end
        if (path.Length == 0)
        {
            throw new CliFailure(LocalProblem.BadServer(text, "the path of the socket is missing"));
        }

        var full = Path.GetFullPath(path, workingDirectory);
        return System.Text.Encoding.UTF8.GetByteCount(full) > longest || full.Contains('\0', StringComparison.Ordinal)
            ? throw new CliFailure(LocalProblem.BadServer(text, $"a socket's path has at most {longest} bytes"))
            : new(UnixPrefix + full, new Uri("http://localhost/"), full);
    }
}
