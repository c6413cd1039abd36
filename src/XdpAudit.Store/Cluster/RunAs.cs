using System.Diagnostics;

namespace XdpAudit.Store;

/// <summary>How a program that we ran to its end ended.</summary>
internal sealed record Ran(int ExitCode, string Output);

/// <summary>
/// Runs PostgreSQL's own programs as the user who owns the cluster: ourselves, or, when we are root, a user without privilege,
/// because PostgreSQL refuses to run as root. Their environment is empty, so that no PGDATA or locale of the caller reaches them.
/// </summary>
#pragma warning disable RS0030 // PostgreSQL is a program of its own: there is no other way to start it
internal sealed class RunAs
{
    private readonly bool _switch;

    private RunAs(string user, bool @switch) => (User, _switch) = (user, @switch);

    /// <summary>The owner of the cluster's files and processes.</summary>
    internal string User { get; }

    /// <summary>We ourselves; for root the distribution's <c>postgres</c>, which owns nothing else than databases, and <c>nobody</c> where there is none.</summary>
    internal static RunAs Owner() => Environment.UserName != "root"
        ? new(Environment.UserName, false)
        : new(Exists("postgres") ? "postgres" : "nobody", true);

    /// <summary>We ourselves, whoever we are.</summary>
    internal static RunAs Self() => new(Environment.UserName, false);

    /// <summary>Starts a program with its three streams in our hands.</summary>
    internal Process Start(string program, IEnumerable<string> arguments)
    {
        var how = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
            UserName = _switch ? User : null,
        };
        how.Environment.Clear();
        how.Environment["LC_ALL"] = "C";
        how.Environment["PATH"] = "/usr/bin:/bin";
        return Process.Start(how)!;
    }

    /// <summary>Runs a program to its end and returns all that it wrote.</summary>
    internal Task<Ran> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellation) =>
        RunAsync(program, arguments, "", cancellation);

    /// <summary>Runs a program to its end with an input.</summary>
    internal async Task<Ran> RunAsync(string program, IEnumerable<string> arguments, string input, CancellationToken cancellation)
    {
        using var process = Start(program, arguments);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        await process.StandardInput.WriteAsync(input.AsMemory(), cancellation);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellation);
        return new(process.ExitCode, await errors + await output);
    }

    private static bool Exists(string user) => File.ReadLines("/etc/passwd").Any(l => l.StartsWith(user + ":", StringComparison.Ordinal));
}
#pragma warning restore RS0030
