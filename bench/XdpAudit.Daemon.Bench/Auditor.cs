using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;

namespace XdpAudit.Daemon.Bench;

/// <summary>What some processes used: processor seconds since they began, and bytes of memory, shared ones by share (proc_pid_smaps_rollup(5), Pss).</summary>
internal readonly record struct Cost(double Cpu, long Bytes);

/// <summary>An auditor of the bench's own, with its data in a folder that goes with it.</summary>
internal sealed class Auditor : IDisposable
{
    internal static readonly string[] Kinds = ["auditor", "plugins", "postgres"];

    private const double TicksPerSecond = 100; // USER_HZ, proc(5)

    private readonly string _folder = Directory.CreateTempSubdirectory("xab").FullName;
    private readonly Process _process;
    private readonly HttpClient _http;

    internal Auditor(string app)
    {
        // What a link names is not trusted with plugins.
        app = Directory.ResolveLinkTarget(app, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(app);
        var socket = $"{_folder}/s";
        File.SetUnixFileMode(_folder, (UnixFileMode)0b111_101_101); // the cluster runs as postgres
        Directory.CreateDirectory($"{_folder}/bpf");
        Run("mount", "-t", "bpf", "bpf", $"{_folder}/bpf");
        _process = Process.Start(new ProcessStartInfo(
            $"{app}/server/XdpAudit.Server",
            ["up", "--data", $"{_folder}/data", "--socket", socket, "--bpffs", $"{_folder}/bpf", "--plugins", $"{app}/plugins", "--no-dashboard"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _ = _process.StandardOutput.ReadToEndAsync();
        _ = _process.StandardError.ReadToEndAsync();
        _http = new(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation);
                return new NetworkStream(connection, ownsSocket: true);
            },
        });
    }

    internal async Task ReadyAsync()
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromMinutes(2))
        {
            try
            {
                await PositionAsync();
                await Task.Delay(TimeSpan.FromSeconds(20)); // what a start costs is not what idling costs
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(100); // the socket is not there until its cluster is made, and a socket that is not there has nothing to wait on
            }
        }

        throw new InvalidOperationException("the auditor did not answer within 2 minutes");
    }

    /// <summary>How many events the journal of the host holds.</summary>
    internal async Task<long> PositionAsync()
    {
        using var status = JsonDocument.Parse(await _http.GetStringAsync("http://auditor/v1/status"));
        return status.RootElement.GetProperty("position").GetInt64();
    }

    /// <summary>The position once it is there, or has not moved for 10 s.</summary>
    internal async Task<long> SettledAsync(long wanted)
    {
        var (last, moved) = (await PositionAsync(), Stopwatch.StartNew());
        while (last < wanted && moved.Elapsed < TimeSpan.FromSeconds(10))
        {
            await Task.Delay(200); // the status has no call that waits, and to ask for a look would be work that is not measured
            if (await PositionAsync() is var now && now != last)
            {
                (last, moved) = (now, Stopwatch.StartNew());
            }
        }

        return last;
    }

    internal Dictionary<string, Cost> Costs()
    {
        var all = Directory.GetDirectories("/proc").Select(d => Path.GetFileName(d)).Where(n => int.TryParse(n, out _)).Select(n => (Pid: int.Parse(n), Stat: Stat(n))).Where(p => p.Stat.Length > 0).ToList();

        // The cluster is nobody's child; its command line names its data.
        HashSet<int> ours = [_process.Id, .. all.Where(p => Command(p.Pid).Contains($"{_folder}/data/pg", StringComparison.Ordinal)).Select(p => p.Pid)];
        while (all.Any(p => ours.Contains(int.Parse(p.Stat[1])) && ours.Add(p.Pid)))
        {
        }

        var kinds = all.Where(p => ours.Contains(p.Pid)).ToLookup(p => p.Pid == _process.Id ? Kinds[0] : Command(p.Pid).Contains("PluginHost", StringComparison.Ordinal) ? Kinds[1] : Kinds[2]);
        return Kinds.ToDictionary(k => k, k => new Cost(kinds[k].Sum(p => (long.Parse(p.Stat[11]) + long.Parse(p.Stat[12]) + long.Parse(p.Stat[13]) + long.Parse(p.Stat[14])) / TicksPerSecond), kinds[k].Sum(p => Share(p.Pid))));
    }

    public void Dispose()
    {
        Run("kill", $"{_process.Id}");
        _process.WaitForExit();
        Run("umount", $"{_folder}/bpf");
        Directory.Delete(_folder, recursive: true);
        _http.Dispose();
        _process.Dispose();
    }

    // From the state on: state ppid ... utime stime cutime cstime
    private static string[] Stat(string pid) => Text($"/proc/{pid}/stat") is { Length: > 0 } text ? text[(text.LastIndexOf(')') + 2)..].Split(' ') : [];

    private static string Command(int pid) => Text($"/proc/{pid}/cmdline");

    private static long Share(int pid) => Text($"/proc/{pid}/smaps_rollup").Split('\n').Where(l => l.StartsWith("Pss:", StringComparison.Ordinal)).Sum(l => long.Parse(l[4..^2].Trim()) * 1024);

    private static string Text(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static void Run(string file, params string[] arguments)
    {
        using var process = Process.Start(file, arguments);
        process.WaitForExit();
    }
}
