using System.Text.Json;

namespace XdpAudit.FlightRecorder.Tests;

public sealed class ProgramNoticeTests
{
    public ProgramNoticeTests() => Requires.RootAndBpf();

    [Fact]
    public async Task A_program_another_process_loaded_is_told_with_its_identity_and_its_actor()
    {
        using var lab = new Lab();
        await using var recorder = new Recorder();
        await recorder.Sensor.StartAsync(Recorder.Cancel);
        var before = BootClock.Now();

        using var loader = new Loader(lab, "xa_other");
        var load = await recorder.UntilAsync<ProgramLoadNotice>(n => n.Id == loader.Id);

        Assert.Equal((loader.LoadedNs, "xdp", "xa_other", 0u), (load.LoadedNs, load.Type, load.Name, load.Uid));
        Assert.Equal(SensorTiers.Perf, load.Tier);
        Assert.Matches("^[0-9a-f]{16}$", load.Tag!.Value.Value);
        Assert.Empty(load.MapIds!);
        Assert.InRange(load.BootNs, Math.Max(before, loader.LoadedNs), BootClock.Now());
        var actor = Assert.IsType<Actor.Process>(load.Actor).Identity;
        Assert.Equal((loader.Pid, loader.StartTicks, "loader", loader.File), (actor.Pid, actor.StartTicks, actor.Comm, actor.Exe));
        Assert.Equal($"{loader.File} xa_other", actor.CommandLine);
        Assert.Equal(0u, actor.Uid);
        Assert.NotNull(actor.Cgroup);
        Assert.NotNull(actor.Netns);
        Assert.Equal(Environment.ProcessId, actor.Parents![0].Pid);
        Assert.DoesNotContain(actor.Parents, p => p.Pid == 1);
        Assert.Null(actor.NotKnown);
    }

    [Fact]
    public async Task A_program_that_went_with_its_process_is_told_by_pid_and_says_what_is_not_known_of_it()
    {
        using var lab = new Lab();
        await using var recorder = new Recorder();
        await recorder.Sensor.StartAsync(Recorder.Cancel);

        var loader = new Loader(lab, "xa_gone");
        loader.Dispose();
        var unload = await recorder.UntilAsync<ProgramUnloadNotice>(n => n.Id == loader.Id);
        var load = Assert.Single(recorder.Heard.OfType<ProgramLoadNotice>(), n => n.Id == loader.Id);

        Assert.Equal((null, null, null), (load.LoadedNs, load.Type, load.Name));
        Assert.Equal(unload.Tag, load.Tag);
        Assert.True(load.BootNs < unload.BootNs);
        Assert.All([load.Actor, unload.Actor], a => Assert.Contains("exe: the process had ended", Assert.IsType<Actor.Process>(a).Identity.NotKnown!));
        Assert.All([load.Actor, unload.Actor], a => Assert.Null(((Actor.Process)a).Identity.Exe));
    }

    [Fact]
    public async Task A_program_with_a_map_is_told_with_it()
    {
        using var lab = new Lab();
        var compiled = lab.CompileBpf("sample", Samples.Pass);
        await using var recorder = new Recorder();
        await recorder.Sensor.StartAsync(Recorder.Cancel);

        Shell.Run("bpftool", "prog", "loadall", compiled, $"{lab.Bpffs}/p");
        var shown = JsonDocument.Parse(Shell.Run("bpftool", "-j", "prog", "show", "pinned", $"{lab.Bpffs}/p/sample_pass")).RootElement;
        var load = await recorder.UntilAsync<ProgramLoadNotice>(n => n.Id.Value == shown.GetProperty("id").GetUInt32());

        Assert.Equal(("sample_pass", shown.GetProperty("tag").GetString()), (load.Name, load.Tag!.Value.Value));
        Assert.Equal(shown.GetProperty("map_ids").EnumerateArray().Select(m => m.GetUInt32()), load.MapIds!.Select(m => m.Value));
    }

    [Fact]
    public async Task A_notice_does_not_keep_its_program()
    {
        using var lab = new Lab();
        await using var recorder = new Recorder();
        await recorder.Sensor.StartAsync(Recorder.Cancel);
        var loader = new Loader(lab, "xa_let_go");
        await recorder.UntilAsync<ProgramLoadNotice>(n => n.Id == loader.Id && n.LoadedNs is not null);

        loader.Dispose();

        await Recorder.UntilAsync(() => Shell.Try("bpftool", "prog", "show", "id", loader.Id.ToString()).ExitCode != 0);
    }

    [Fact]
    public async Task Notices_come_by_time()
    {
        await using var recorder = new Recorder();
        await recorder.Sensor.StartAsync(Recorder.Cancel);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Recorder.Storm(200))));
        var heard = await recorder.Sensor.DrainAsync(Recorder.Cancel);

        Assert.Equal(heard.Select(n => n.BootNs).Order(), heard.Select(n => n.BootNs));
        Assert.True(heard.Count >= 1600);
    }
}
