using System.Diagnostics;
using System.Globalization;

namespace XdpAudit.EndToEnd.Tests;

/// <summary>The recorder runs in a process of its own. When that is killed, what was recorded stays, and what was missed is counted.</summary>
public sealed class KilledRecorderTests : OwnScene
{
    private const int Times = 10_000;

    public KilledRecorderTests(OneAuditor one)
        : base(one)
    {
        Watcher = AuditorProcess.Start(House);
    }

    [Fact]
    public async Task In_a_storm_it_leaves_a_gap_whose_count_agrees_with_the_kernels_numbering_and_nothing_told_before_is_lost()
    {
        var tool = Tools.Loads;
        var resident = Load();
        var start = Look();

        using var storm = Process.Start(new ProcessStartInfo(tool, ["storm", $"{Times}"]) { RedirectStandardOutput = true })!;
        Assert.Equal("half", await storm.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        Shell.Run("kill", "-9", $"{Recorder()}");
        var ids = (await storm.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!.Split(' ').Select(uint.Parse).ToArray();
        await storm.WaitForExitAsync(TestContext.Current.CancellationToken);
        LookUntil(() => Journal(start).Any(e => e.Event == "gap_closed"), "the recorder is back, and the gap is closed");

        var journal = Journal(start);

        // One that was there while a look went by and nobody listened is told as found.
        var told = journal.Where(e => e.Event is "program_loaded" or "program_found").Select(e => ProgramKey.From(e.Subjects[0]).Id.Value).Where(id => id >= ids[0] && id <= ids[1]).ToList();
        var closed = journal.Single(e => e.Event == "gap_closed");
        var unseen = closed.Data.GetProperty("unseen").GetInt64();
        var odometer = journal.Single(e => e.Event == "sensor_started").Data.GetProperty("odometer").GetUInt32();
        Assert.Equal(told.Count, told.Distinct().Count());
        Assert.True(unseen > 0, "the storm went on while nobody listened");
        Assert.True(told.Count + unseen >= Times, string.Create(CultureInfo.InvariantCulture, $"{told.Count} told and {unseen} counted of {Times}"));

        // Others may have loaded programs meanwhile: they are in the numbering too, and no more than it has room for.
        var room = Math.Max(ids[1], odometer) - resident;
        Assert.True(told.Count + unseen <= room, string.Create(CultureInfo.InvariantCulture, $"{told.Count} told and {unseen} counted of {room}"));
        Assert.Equal(["sensor_stopped", "gap_opened", "sensor_started", "gap_closed"], journal.Select(e => e.Event).Where(e => e.StartsWith("sensor_", StringComparison.Ordinal) || e.StartsWith("gap_", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_processes_of_plugins_end_with_the_auditor_however_that_ends()
    {
        var children = Children().Select(c => Process.GetProcessById(c.Pid)).ToList();
        Assert.Equal(2, children.Count);

        Auditor.Kill();

        Assert.All(children, c => Assert.True(c.WaitForExit(TimeSpan.FromSeconds(10)), $"process {c.Id} of a plugin lives on without its auditor"));
        children.ForEach(c => c.Dispose());
    }

    private int Recorder() => Children().Single(c => Directory.EnumerateFileSystemEntries($"/proc/{c.Pid}/fd").Any(f => new FileInfo(f).LinkTarget?.Contains("perf_event", StringComparison.Ordinal) == true)).Pid;

    // /proc/PID/stat: pid (comm) state ppid
    private IEnumerable<(int Pid, string Comm)> Children() =>
        from folder in Directory.EnumerateDirectories("/proc")
        where int.TryParse(Path.GetFileName(folder), out _)
        let stat = Read($"{folder}/stat")
        let end = stat.LastIndexOf(')')
        where end > 0 && stat[(end + 1)..].Split(' ')[2] == $"{Auditor.Pid}" && stat.Contains("(XdpAudit.Plugin", StringComparison.Ordinal)
        select (int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture), stat);

    private static string Read(string file)
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
}
