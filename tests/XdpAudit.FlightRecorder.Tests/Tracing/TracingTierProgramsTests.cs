using System.Text.Json;

namespace XdpAudit.FlightRecorder.Tests;

public sealed class TracingTierProgramsTests
{
    private const string SocketFilter =
        """
        #include <linux/bpf.h>
        #include <bpf/bpf_helpers.h>
        SEC("socket") int sample_socket(struct __sk_buff *ctx) { return 0; }
        """;

    [Fact]
    public void A_load_is_told_with_what_the_kernel_knows_of_the_program_and_who_loaded_it()
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        var obj = lab.CompileBpf("pass", Samples.Pass);
        using var recording = new Recording();

        var child = Child.Run("bpftool", "prog", "loadall", obj, $"{lab.Bpffs}/progs");

        var shown = JsonDocument.Parse(Shell.Run("bpftool", "-j", "prog", "show", "pinned", $"{lab.Bpffs}/progs/sample_pass")).RootElement;
        var load = recording.One<ProgramLoadNotice>(n => n.Id.Value == shown.GetProperty("id").GetUInt32());
        Assert.Equal(SensorTiers.Tracing, load.Tier);
        Assert.Equal("sample_pass", load.Name);
        Assert.Equal("xdp", load.Type);
        Assert.Equal(shown.GetProperty("tag").GetString(), load.Tag!.Value.Value);
        Assert.Equal(shown.GetProperty("uid").GetUInt32(), load.Uid);
        Assert.Equal(shown.GetProperty("map_ids").EnumerateArray().Select(i => new KernelMapId(i.GetUInt32())), load.MapIds!);
        Assert.Equal(shown.GetProperty("bytes_memlock").GetUInt64(), load.MemlockBytes);
        Assert.Null(load.Extends);
        Assert.InRange(load.BootNs, load.LoadedNs!.Value, load.LoadedNs.Value + 10_000_000_000);
        var who = Recording.Identity(load)!;
        Assert.Equal(child.Pid, who.Pid);
        Assert.Equal("bpftool", who.Comm);
        Assert.EndsWith("/bpftool", who.Exe, StringComparison.Ordinal);
        Assert.Equal($"bpftool prog loadall {obj} {lab.Bpffs}/progs", who.CommandLine);
        Assert.Equal(0u, who.Uid);
        Assert.Contains(who.Parents!, p => p.Pid == Environment.ProcessId);
        Assert.Null(who.NotKnown);
    }

    [Fact]
    public void A_close_is_told_with_the_program_and_that_no_other_descriptor_of_its_file_is_left()
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        var storm = lab.CompileC("storm", Storm.LoadClose);
        using var recording = new Recording();

        var child = Child.Run(storm, "1");

        var load = recording.One<ProgramLoadNotice>(Recording.By(child.Pid));
        var close = recording.One<DescriptorCloseNotice>(Recording.By(child.Pid));
        Assert.Equal(ObjectKind.Program, close.Held);
        Assert.Equal(load.Id.Value, close.HeldId);
        Assert.True(close.Last);
        Assert.True(close.BootNs > load.BootNs);
        Assert.Equal(load.Actor, close.Actor);
    }

    [Fact]
    public void Closes_are_not_told_when_they_are_switched_off()
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        var storm = lab.CompileC("storm", Storm.LoadClose);
        using var recording = new Recording(closes: false);

        var child = Child.Run(storm, "3");

        Assert.Equal(3, recording.All<ProgramLoadNotice>(Recording.By(child.Pid)).Count);
        Assert.Empty(recording.All<DescriptorCloseNotice>());
        Assert.Equal(SensorStates.Off, recording.Status.Hooks.Single(h => h.Name == XdpAudit.Plugins.FlightRecorder.TracingTier.CloseHook).State);
    }

    [Fact]
    public void A_program_that_the_verifier_refuses_is_told_with_the_errno()
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        var obj = lab.CompileBpf("refused", Samples.Refused);
        using var recording = new Recording();

        var child = Child.Try("bpftool", "prog", "load", obj, $"{lab.Bpffs}/refused");

        Assert.NotEqual(0, child.ExitCode);
        var failures = recording.All<ProgramLoadFailedNotice>(Recording.By(child.Pid));
        Assert.NotEmpty(failures);
        Assert.All(failures, f => Assert.Contains(f.Errno, new[] { 13, 22 }));
        Assert.All(failures, f => Assert.Equal(("xdp", "sample_refused"), (f.Type, f.Name)));
        Assert.DoesNotContain(recording.All<ProgramLoadNotice>(Recording.By(child.Pid)), n => n.Type == "xdp");
    }

    [Fact]
    public void Programs_of_other_types_are_told_with_all_of_who_loaded_them_only_when_all_types_are_wanted()
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        var obj = lab.CompileBpf("socket", SocketFilter);
        using var some = new Recording();
        using var all = new Recording(allTypes: true);

        var child = Child.Run("bpftool", "prog", "loadall", obj, $"{lab.Bpffs}/progs");

        Assert.All(some.All<ProgramLoadNotice>(Recording.By(child.Pid)), n => Assert.Equal(("socket_filter", null), (n.Type, Recording.Identity(n)!.CommandLine)));
        Assert.Contains(all.All<ProgramLoadNotice>(Recording.By(child.Pid)), n => n is { Name: "sample_socket", Type: "socket_filter" });
    }

    [Fact]
    public void A_pin_is_told_with_the_path_as_it_was_given()
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        var obj = lab.CompileBpf("pass", Samples.Pass);
        var path = $"{lab.Bpffs}/{new string('n', 200)}";
        using var recording = new Recording();

        var child = Child.Run("bpftool", "prog", "load", obj, path);

        var load = recording.One<ProgramLoadNotice>(n => Recording.By(child.Pid)(n) && n.Name == "sample_pass");
        var pin = recording.One<PinNotice>(Recording.By(child.Pid));
        Assert.Equal((ObjectKind.Program, load.Id.Value, path), (pin.Held, pin.HeldId, pin.Path.Value));
    }

    [Fact]
    public void The_end_of_a_process_that_loaded_is_told_with_how_it_ended()
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        var obj = lab.CompileBpf("pass", Samples.Pass);
        using var recording = new Recording();

        var child = Child.Try("sh", "-c", $"bpftool prog loadall {obj} {lab.Bpffs}/progs; exec bpftool prog pin id 0 {lab.Bpffs}/never");

        var loader = Recording.Identity(recording.All<ProgramLoadNotice>(n => Recording.Identity(n)!.Parents?.Any(p => p.Pid == child.Pid) == true)[0])!;
        var exit = Assert.Single(recording.Await<ProcessExitNotice>(1, Recording.By(loader.Pid)));
        Assert.Equal(0, exit.ExitCode);
        Assert.Equal(loader.CommandLine, Recording.Identity(exit)!.CommandLine);
        Assert.Empty(recording.All<ProcessExitNotice>(Recording.By(child.Pid)));
    }
}
