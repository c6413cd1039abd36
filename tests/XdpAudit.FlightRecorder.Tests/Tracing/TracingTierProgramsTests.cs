using System.Text.Json;

namespace XdpAudit.FlightRecorder.Tests;

public sealed class TracingTierProgramsTests
{
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
}
