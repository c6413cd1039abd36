using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace XdpAudit.Server.Tests;

/// <summary>
/// The auditor's process as it is built, with a private PostgreSQL in a lab's directory. A guard ends it at the end of its own input, so that it
/// also ends when the test is killed, and holds a lock as long as it runs, for which the lab waits.
/// </summary>
internal sealed class Daemon : IDisposable
{
    private const string Guard =
        """
        exec 9>>"$1" && flock 9
        shift
        exec 3<&0
        trap '' INT TERM HUP
        env --default-signal=INT,TERM,HUP "$@" </dev/null 9>&- 3<&- & pid=$!
        echo "pid $pid"
        ( trap - TERM; while read -r line <&3; do :; done; kill -TERM $pid 2>/dev/null ) & watch=$!
        wait $pid 2>/dev/null
        code=$?
        kill $watch 2>/dev/null
        printf '\nended %s\n' "$code"
        """;

    // .../artifacts/bin/XdpAudit.Server.Tests/debug/
    private static readonly string _configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
    private static readonly string _bin = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../.."));

    private readonly Process _guard;
    private readonly BlockingCollection<string> _lines = [];
    private readonly List<string> _said = [];
    private readonly Task<string> _errors;

    private Daemon(Lab lab, IReadOnlyList<string> command)
    {
        Lab = lab;
        Api = new(SocketOf(lab));
        _guard = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Guard, "guard", $"{lab.Folder}/auditor.lock", .. command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _guard.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } said)
            {
                _lines.Add(said);
            }
            else
            {
                _lines.CompleteAdding();
            }
        };
        _guard.BeginOutputReadLine();
        _errors = _guard.StandardError.ReadToEndAsync();
        Pid = int.Parse(Next()!["pid ".Length..], CultureInfo.InvariantCulture);
    }

    internal Lab Lab { get; }

    internal Api Api { get; }

    internal int Pid { get; }

    internal static string Server => Shipped.Server;

    internal static string Cli { get; } = $"{_bin}/XdpAudit.Cli/{_configuration}/xdpaudit";

    internal static string SocketOf(Lab lab) => $"{lab.Folder}/api.sock";

    /// <summary>Where the plugins are, with the list that allows them.</summary>
    internal static string Plugins(Lab lab) => Shipped.In($"{lab.Folder}/plugins", ["Libbpf", "FlightRecorder", "LeakRules"], "libbpf,flight-recorder,leak-rules");

    /// <summary>The words of <c>up</c> for a lab; options of the test's own take the place of the usual ones.</summary>
    internal static string[] Up(Lab lab, params string[] more)
    {
        // The owner of the private cluster must be able to pass through.
        Shell.Run("chmod", "0711", lab.Folder);
        (string Name, string Value)[] usual =
        [
            ("--data", $"{lab.Folder}/data"), ("--socket", SocketOf(lab)), ("--bpffs", $"{lab.Bpffs}/xdpaudit"), ("--plugins", Plugins(lab)),
            ("--grace", "1s"), ("--reconcile-every", "1h"),
        ];
        return [Server, "up", .. usual.Where(o => !more.Contains(o.Name)).SelectMany(o => new[] { o.Name, o.Value }), .. more];
    }

    /// <summary>Starts it and waits until it watches.</summary>
    internal static Daemon Start(Lab lab, params string[] more) => StartAs(lab, Up(lab, more));

    /// <summary>Starts it by a command line of the test's own and waits until it watches.</summary>
    internal static Daemon StartAs(Lab lab, params string[] command)
    {
        var daemon = new Daemon(lab, command);
        for (var line = daemon.Next(); line?.Contains(" watches this host", StringComparison.Ordinal) != true; line = daemon.Next())
        {
            if (line is null || line.StartsWith("ended ", StringComparison.Ordinal))
            {
                daemon._guard.StandardInput.Close();
                throw new InvalidOperationException($"the auditor did not begin to watch: {string.Join('\n', daemon._said)}\n{daemon._errors.GetAwaiter().GetResult()}");
            }
        }

        return daemon;
    }

    /// <summary>Runs it to its end, where that comes by itself.</summary>
    internal static Shell.Answer Try(params string[] command) => Shell.Try("timeout", ["-k", "5", "60", .. command]);

    /// <summary>Runs the command line client against it.</summary>
    internal Shell.Answer Type(params string[] words) => Shell.Try("env", [$"XDPAUDIT_SERVER=unix:{SocketOf(Lab)}", "NO_COLOR=1", Cli, .. words]);

    /// <summary>As nobody, with a directory of its own and what it needs to begin.</summary>
    internal static string[] AsNobody(string home, params string[] command) =>
        ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups", "--", "env", $"HOME={home}", "DOTNET_EnableDiagnostics=0", .. command];

    /// <summary>All it has said so far.</summary>
    internal string Said => string.Join('\n', _said);

    /// <summary>Waits until it says this.</summary>
    internal void Says(string words)
    {
        while (!Said.Contains(words, StringComparison.Ordinal))
        {
            Assert.True(Next() is not null, $"it did not say '{words}' but: {Said}");
        }
    }

    /// <summary>Sends a signal, waits for its end and returns how it ended.</summary>
    internal int End(string signal)
    {
        Shell.Run("kill", signal, Pid.ToString(CultureInfo.InvariantCulture));
        return Ended();
    }

    /// <summary>Waits for its end and returns how it ended.</summary>
    internal int Ended()
    {
        while (Next() is { } line)
        {
            if (line.StartsWith("ended ", StringComparison.Ordinal))
            {
                return int.Parse(line["ended ".Length..], CultureInfo.InvariantCulture);
            }
        }

        throw new InvalidOperationException($"the auditor did not end: {string.Join('\n', _said)}");
    }

    public void Dispose()
    {
        Api.Dispose();
        _guard.StandardInput.Close();
        _guard.WaitForExit();
        _guard.Dispose();
        _lines.Dispose();
    }

    private string? Next()
    {
        if (!_lines.TryTake(out var line, TimeSpan.FromSeconds(60)))
        {
            return null;
        }

        _said.Add(line);
        return line;
    }
}
