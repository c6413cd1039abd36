using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using XdpAudit.Hosting;
using XdpAudit.Plugins.Bench;

// What isolation costs: calls in and out of process by turns in the same run, a restart, and loading and unloading again and again.
var loader = new PluginLoader(NullLoggerFactory.Instance, TimeProvider.System, new ConfigurationBuilder().Build(), Built.Supervision);
await using var inside = await loader.LoadAsync([Built.Verdict("Simulated", PluginIsolation.InProcess)]);
await using var outside = await loader.LoadAsync([Built.Verdict("Simulated", PluginIsolation.Process)]);

var calls = new Turns(inside.Executors["simulated"], outside.Executors["simulated"]);
await calls.RunAsync("describe", 20_000, (e, c) => e.DescribeAsync(c).AsTask());
await calls.RunAsync("load refused", 5_000, (e, c) => e.LoadAsync(new() { ObjectPath = "/nowhere", ObjectSha256 = "", Program = "x" }, new() { OperationId = new(Guid.NewGuid().ToString("N")) }, c).AsTask());
Say("memory of an idle host process", $"{Built.Resident(outside.Processes.Single()) >> 10} KiB resident, {Built.Proportional(outside.Processes.Single())} KiB its share");
await Restarts.RunAsync(outside, 15);
await Cycles.RunAsync(300);

static void Say(string what, string figure) => Console.WriteLine($"{what,-44} {figure}");

namespace XdpAudit.Plugins.Bench
{
    /// <summary>What the builds made beside this program.</summary>
    internal static class Built
    {
        private static readonly string _configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        private static readonly string _bin = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../.."));

        // Without the wait before a restart: what is left is what starting costs.
        internal static SupervisionSettings Supervision { get; } = new()
        {
            HostProgram = $"{_bin}/XdpAudit.PluginHost/{_configuration}/XdpAudit.PluginHost", FirstWait = TimeSpan.Zero, LongestWait = TimeSpan.Zero, FaultsToQuarantine = 1000,
        };

        internal static string Entry(string name) => $"{_bin}/XdpAudit.Plugins.{name}/{_configuration}/XdpAudit.Plugins.{name}.dll";

        internal static PluginVerdict Verdict(string name, string isolation) => new()
        {
            Id = name.ToLowerInvariant(),
            Verified = new()
            {
                Id = name.ToLowerInvariant(),
                Manifest = new() { Id = name.ToLowerInvariant(), Version = "", Kind = PluginKind.Executor, Entry = "", Contract = "" },
                Folder = Path.GetDirectoryName(Entry(name))!, EntryPath = Entry(name), Sha256 = "", Isolation = isolation, AllowNative = [],
                Approval = new("", default, null, "", "", null),
            },
        };

        internal static long Resident(int pid)
        {
            using var process = Process.GetProcessById(pid);
            return process.WorkingSet64;
        }

        /// <summary>Pss of smaps_rollup, proc_pid_smaps(5): what is mapped by several counts by its share.</summary>
        internal static long Proportional(int pid) =>
            long.Parse(File.ReadLines($"/proc/{pid}/smaps_rollup").First(l => l.StartsWith("Pss:", StringComparison.Ordinal))[4..^2].Trim(), CultureInfo.InvariantCulture);

        internal static double Median(List<double> all) => all.Order().ElementAt(all.Count / 2);
    }

    /// <summary>The same call in and out of process, by turns.</summary>
    internal sealed class Turns(IExecutor inside, IExecutor outside)
    {
        internal async Task RunAsync<T>(string what, int times, Func<IExecutor, CancellationToken, Task<T>> call)
        {
            var (inner, outer) = (new List<double>(), new List<double>());
            for (var i = -times / 10; i < times; i++)
            {
                var began = Stopwatch.GetTimestamp();
                await call(inside, CancellationToken.None);
                var between = Stopwatch.GetTimestamp();
                await call(outside, CancellationToken.None);
                if (i >= 0)
                {
                    inner.Add(Stopwatch.GetElapsedTime(began, between).TotalMicroseconds);
                    outer.Add(Stopwatch.GetElapsedTime(between).TotalMicroseconds);
                }
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what + ", inside and outside, median and least",-44} {Built.Median(inner):0.0} and {Built.Median(outer):0} us, {inner.Min():0.0} and {outer.Min():0} us"));
        }
    }

    /// <summary>From SIGKILL to the next answer.</summary>
    internal static class Restarts
    {
        internal static async Task RunAsync(PluginSet set, int times)
        {
            var took = new List<double>();
            for (var i = 0; i < times; i++)
            {
                var pid = set.Processes.Single();
                var began = Stopwatch.GetTimestamp();
                using (var process = Process.GetProcessById(pid))
                {
                    process.Kill();
                }

                while (set.States["simulated"] != "active" || set.Processes.SingleOrDefault(pid) == pid)
                {
                    await Task.Delay(1); // the grain of the figure: a state has no event outside the auditor
                }

                await set.Executors["simulated"].DescribeAsync(CancellationToken.None);
                took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"from kill -9 to the next answer, without the wait",-44} {Built.Median(took):0} ms median, {took.Min():0} to {took.Max():0} ms of {times}"));
        }
    }

    /// <summary>Loading a managed plugin into this process and letting go of it.</summary>
    internal static class Cycles
    {
        internal static async Task RunAsync(int times)
        {
            var contexts = new List<WeakReference>();
            long first = 0;
            for (var i = 0; i < times; i++)
            {
                contexts.Add(await OnceAsync());
                if (i == times / 3)
                {
                    Collect();
                    first = Built.Resident(Environment.ProcessId);
                }
            }

            Collect();
            var grown = Built.Resident(Environment.ProcessId) - first;
            Console.WriteLine($"{$"{times} loads and unloads in process",-44} {contexts.Count(c => c.IsAlive)} contexts left, {grown >> 10} KiB resident more after the last {times - (times / 3)}");
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static async Task<WeakReference> OnceAsync()
        {
            var plugin = PluginActivation.Activate(
                Built.Entry("LeakRules"), new HostFacts("leak-rules", new ConfigurationBuilder().Build(), TimeProvider.System, Environment.ProcessId), NullLoggerFactory.Instance);
            var context = new WeakReference(System.Runtime.Loader.AssemblyLoadContext.GetLoadContext(plugin.Detectors[0].GetType().Assembly));
            await plugin.DisposeAsync();
            return context;
        }

        private static void Collect()
        {
            for (var i = 0; i < 20; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        }
    }
}
