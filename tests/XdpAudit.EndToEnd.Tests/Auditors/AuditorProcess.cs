using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace XdpAudit.EndToEnd.Tests;

/// <summary>
/// The auditor as it is built and started: a process of its own with a private PostgreSQL, in a lab's directory. A guard waits for the end of its
/// input and then ends it, so that it also ends when the test is killed; the lab waits for the guard's lock before it takes its directory away.
/// </summary>
internal sealed class AuditorProcess : IDisposable
{
    private const string Guard =
        """
        pid=$1.pid
        exec 9>"$1" && flock 9
        shift
        ( sh -c 'echo $$ | tee "$0"; exec "$@" 2>&1' "$pid" "$@" </dev/null; code=$?; rm -f "$pid"; echo "ended $code" ) &
        trap '' INT TERM HUP
        cat >/dev/null
        test -e "$pid" && kill -TERM "$(cat "$pid")" 2>/dev/null
        wait
        """;

    private readonly Process _guard;
    private readonly BlockingCollection<string> _lines = [];
    private readonly List<string> _said = [];

    private AuditorProcess(Lab lab, Process guard)
    {
        _guard = guard;
        Lab = lab;
        Api = new(Socket(lab));
        guard.OutputDataReceived += (_, line) =>
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
        guard.BeginOutputReadLine();
        guard.ErrorDataReceived += (_, _) => { };
        guard.BeginErrorReadLine();
    }

    internal Lab Lab { get; }

    internal AuditorApi Api { get; }

    internal int Pid { get; private set; }

    /// <summary>The file system of the auditor's own pins.</summary>
    internal string PinRoot => Root(Lab);

    /// <summary>Its output so far.</summary>
    internal string Said => string.Join('\n', _said);

    internal static string Socket(Lab lab) => $"{lab.Folder}/api.sock";

    /// <summary>Starts it and waits until it watches.</summary>
    /// <param name="lab">Where its data, socket, plugins and pins are.</param>
    /// <param name="every">How often it looks by itself; most tests tell it when to look.</param>
    /// <param name="more">More words for <c>up</c>.</param>
    internal static AuditorProcess Start(Lab lab, string every = "1h", params string[] more) => Start(lab, [], every, more);

    /// <summary>Starts it as if the host ran another boot: in a mount namespace of its own, with another boot id in its procfs.</summary>
    internal static AuditorProcess StartInBoot(Lab lab, string boot)
    {
        var file = $"{lab.Folder}/boot_id";
        File.WriteAllText(file, boot + "\n");
        return Start(lab, ["unshare", "--mount", "sh", "-c", "mount --bind \"$0\" /proc/sys/kernel/random/boot_id && exec \"$@\"", file], "1h", []);
    }

    /// <summary>Starts it where other things are mounted.</summary>
    /// <param name="lab">Where its data, socket and plugins are.</param>
    /// <param name="mounts">What it sees of the machine.</param>
    /// <param name="ownPlace">False leaves it to the auditor where it pins.</param>
    internal static AuditorProcess StartIn(Lab lab, OwnMounts mounts, bool ownPlace = true) => Start(lab, mounts.Inside, "1h", [], ownPlace);

    /// <summary>Starts it with a setting of a plugin.</summary>
    internal static AuditorProcess StartWith(Lab lab, string plugin, string setting, string value, params string[] more) =>
        Start(lab, ["env", $"XDPAUDIT_plugins__{plugin}__options__{setting}={value}"], "1h", more);

    private static AuditorProcess Start(Lab lab, string[] under, string every, string[] more, bool ownPlace = true)
    {
        Plugins(lab);
        string[] words =
        [
            "up", "--data", $"{lab.Folder}/data", "--socket", Socket(lab), "--plugins", $"{lab.Folder}/plugins",
            "--grace", "1s", "--reconcile-every", every, .. ownPlace ? new[] { "--bpffs", Root(lab) } : [], .. more,
        ];
        var started = new ProcessStartInfo("/bin/sh", ["-c", Guard, "guard", $"{lab.Folder}/auditor.lock", .. under, Built.Server, .. words])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var auditor = new AuditorProcess(lab, Process.Start(started)!);
        auditor.Pid = int.Parse(auditor.Next()!, CultureInfo.InvariantCulture);
        while (auditor.Next() is { } line)
        {
            if (line.Contains(" watches this host", StringComparison.Ordinal))
            {
                return auditor;
            }
        }

        throw new InvalidOperationException($"the auditor did not begin to watch: {auditor.Said}");
    }

    /// <summary>Ends it as an operator would, and waits; returns its exit code.</summary>
    internal int Stop() => End("-TERM");

    /// <summary>Ends it as the kernel would, and waits.</summary>
    internal int Kill() => End("-KILL");

    public void Dispose()
    {
        Api.Dispose();
        _guard.StandardInput.Close();
        _guard.WaitForExit();
        _guard.Dispose();
        _lines.Dispose();
    }

    private int End(string signal)
    {
        Shell.Run("kill", signal, Pid.ToString(CultureInfo.InvariantCulture));
        while (Next() is { } line)
        {
            if (line.StartsWith("ended ", StringComparison.Ordinal))
            {
                return int.Parse(line["ended ".Length..], CultureInfo.InvariantCulture);
            }
        }

        throw new InvalidOperationException($"the auditor did not end: {Said}");
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

    private static string Root(Lab lab) => $"{lab.Bpffs}/xdpaudit";

    private static void Plugins(Lab lab)
    {
        // The owner of the private cluster must be able to pass through.
        Shell.Run("chmod", "0711", lab.Folder);
        Shipped.In($"{lab.Folder}/plugins", ["Libbpf", "Bpftool", "FlightRecorder", "LeakRules", "PolicyRules"], "libbpf,flight-recorder,leak-rules");
    }
}
