using System.Diagnostics;
using System.Globalization;
using XdpAudit.Kernel;
using XdpAudit.Kernel.Bench;

// What a look costs, beside bpftool on the same objects in the same run. Needs root and bpftool.
// Arguments: the numbers of programs and links, in ascending order; 0 100 1000 5000 unless given.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var counts = args.Length > 0 ? args.Select(int.Parse).ToArray() : [0, 100, 1000, 5000];
using var population = new Population();
Console.WriteLine(
    $"{"programs+links",14} {"first ms",9} {"look ms min/median",19} {"full look ms",15} {"id walk ms",15} "
    + $"{"bpftool prog+link ms",21} {"ratio min",9} {"median",7} {"KiB/look",8}");
foreach (var count in counts)
{
    population.GrowTo(count);
    using var observer = new KernelObserver(TimeProvider.System);
    using var walker = new KernelObserver(TimeProvider.System, new() { UseIterators = false });
    var first = Measure.Once(() => observer.ReadProgramsAndLinks());
    var allocated = GC.GetAllocatedBytesForCurrentThread();
    var look = Measure.Many(40, () => observer.ReadProgramsAndLinks());
    allocated = (GC.GetAllocatedBytesForCurrentThread() - allocated) / 40 / 1024;
    var full = Measure.Many(20, () => observer.Observe(CancellationToken.None));
    var walk = Measure.Many(10, () => walker.ReadProgramsAndLinks());
    var theirs = Measure.Many(10, () =>
    {
        Measure.Run("bpftool", "-j", "prog", "show");
        Measure.Run("bpftool", "-j", "link", "show");
    });
    Console.WriteLine(
        $"{count,14} {first,9:F2} {look.Min,9:F2}/{look.Median,-9:F2} {full.Min,7:F2}/{full.Median,-7:F2} {walk.Min,7:F2}/{walk.Median,-7:F2} "
        + $"{theirs.Min,10:F2}/{theirs.Median,-10:F2} {look.Min / theirs.Min,9:F3} {look.Median / theirs.Median,7:F3} {allocated,8}");
}

namespace XdpAudit.Kernel.Bench
{
    /// <summary>Wall time in milliseconds. The smallest is what the work costs, the median what a busy machine makes of it.</summary>
    internal static class Measure
    {
        internal static double Once(Action work)
        {
            var start = Stopwatch.GetTimestamp();
            work();
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        internal static (double Min, double Median) Many(int times, Action work)
        {
            var all = Enumerable.Range(0, times).Select(_ => Once(work)).Order().ToList();
            return (all[0], all[all.Count / 2]);
        }

        /// <summary>Its output is read to the end and thrown away, as a program that uses it would have to.</summary>
        internal static void Run(string file, params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
        }
    }
}
