using System.Text.Json;

namespace XdpAudit.FlightRecorder.Tests;

public sealed class SelfTestTests
{
    public SelfTestTests() => Requires.RootAndBpf();

    [Fact]
    public async Task It_leaves_no_program_link_namespace_mount_or_descriptor_behind()
    {
        var before = Traces();
        var own = new OwnObjects();

        var refused = await new SelfTest(own, _ => { }).RunAsync();

        Assert.Null(refused);
        await Recorder.UntilAsync(() => !Ids("prog").Any(own.IsProgram) && !Ids("link", "prog_id").Any(own.IsProgram));
        await UntilLikeAsync(before);
    }

    [Fact]
    public async Task It_leaves_nothing_behind_when_a_step_is_refused()
    {
        var before = Traces();

        var refused = await new SelfTest(new(), path => throw new StepFailed($"look at '{path}'", XdpAudit.Plugins.Errnos.Eacces)).RunAsync();

        Assert.Matches("^look at '/.*': EACCES$", refused);
        await UntilLikeAsync(before);
    }

    [Fact]
    public async Task What_it_did_is_counted_and_told_to_nobody()
    {
        await using var recorder = new Recorder();
        var status = await recorder.Sensor.StartAsync(Recorder.Cancel);

        // A load that comes after everything of the self-test: once it is heard, all of that would have been.
        var last = Recorder.Storm(1)[0];
        await recorder.UntilAsync<ProgramUnloadNotice>(n => n.Id.Value == last);

        Assert.Equal(SensorStates.Live, Assert.Single(status.Tiers).State);
        Assert.True(recorder.Own.IsProgram(status.Odometer!.Value));
        Assert.True(last > status.Odometer);
        Assert.DoesNotContain(recorder.Heard, n => recorder.Own.Has(n));
        Assert.DoesNotContain(recorder.Heard.OfType<ProgramLoadNotice>(), n => n.Name?.StartsWith("xat_", StringComparison.Ordinal) == true);
        Assert.Empty(recorder.Heard.OfType<LossNotice>());
    }

    // The task of the thread that ended is there for a moment more.
    private static async Task UntilLikeAsync(string before)
    {
        var until = BootClock.Now() + (5 * BootClock.Second);
        while (Traces() != before && BootClock.Now() < until)
        {
            await Task.Delay(10, Recorder.Cancel); // the kernel takes traces away later, and tells nobody
        }

        Assert.Equal(before, Traces());
    }

    private static IEnumerable<uint> Ids(string kind, string member = "id") =>
        JsonDocument.Parse(Shell.Run("bpftool", "-j", kind, "show")).RootElement.EnumerateArray()
            .Where(o => o.TryGetProperty(member, out _)).Select(o => o.GetProperty(member).GetUInt32());

    // Mounts of a bpffs outside the labs, the namespaces of our threads, and our descriptors of namespaces and of BPF objects.
    private static string Traces() => string.Join('\n',
    [
        .. File.ReadLines("/proc/self/mountinfo").Where(l => l.Contains(" - bpf ", StringComparison.Ordinal) && !l.Contains(" /tmp/xat", StringComparison.Ordinal)),
        .. Directory.GetDirectories("/proc/self/task").SelectMany(t => new[] { Target($"{t}/ns/net"), Target($"{t}/ns/mnt") }).Where(t => t.Length > 0).Distinct().Order(),
        .. Directory.GetFileSystemEntries("/proc/self/fd").Select(Target).Where(IsKept).Order(),
    ]);

    private static bool IsKept(string target) =>
        target.StartsWith("net:[", StringComparison.Ordinal) || target.StartsWith("mnt:[", StringComparison.Ordinal) || target.StartsWith("anon_inode:bpf", StringComparison.Ordinal);

    private static string Target(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
