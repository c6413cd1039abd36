using System.Globalization;

namespace XdpAudit.FlightRecorder.Tests;

public sealed class TracingTierActorsTests
{
    [Fact]
    public void A_process_that_ended_long_before_the_ring_is_read_is_described_in_full()
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        var storm = lab.CompileC("brief", Storm.LoadClose);
        using var recording = new Recording();

        var child = Child.Run(storm, "1");
        Assert.False(Directory.Exists($"/proc/{child.Pid.ToString(CultureInfo.InvariantCulture)}"));

        var who = Recording.Identity(recording.One<ProgramLoadNotice>(Recording.By(child.Pid)))!;
        Assert.Equal(("brief", storm, storm + " 1"), (who.Comm, who.Exe, who.CommandLine));
        Assert.Equal(Environment.ProcessId, who.Parents![0].Pid);
        Assert.NotNull(who.Cgroup);
        Assert.NotNull(who.NetnsCookie);
        Assert.Equal(new FileInfo("/proc/self/ns/net").LinkTarget, $"net:[{who.Netns}]");
        Assert.Null(who.NotKnown);
    }

    [Fact]
    public void The_start_of_a_process_is_that_of_its_stat_file()
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        var storm = lab.CompileC("storm", Storm.LoadClose);
        using var recording = new Recording();

        var child = Child.Run("sh", "-c", $"cut -d' ' -f22 /proc/$$/stat; exec {storm} 1");

        var who = Recording.Identity(recording.One<ProgramLoadNotice>(Recording.By(child.Pid)))!;
        Assert.Equal(ulong.Parse(child.Output, CultureInfo.InvariantCulture), who.StartTicks);
    }

    [Fact]
    public void A_process_that_executes_another_file_is_told_anew()
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        var first = lab.CompileC("first", Storm.LoadThenExecute);
        var second = lab.CompileC("second", Storm.LoadClose);
        using var recording = new Recording();

        var child = Child.Run(first, second, "2");

        var loads = recording.All<ProgramLoadNotice>(Recording.By(child.Pid)).Select(n => Recording.Identity(n)!).ToList();
        Assert.Equal([first, second, second], loads.Select(l => l.Exe));
        Assert.Equal([$"{first} {second} 2", $"{second} 2", $"{second} 2"], loads.Select(l => l.CommandLine));
        Assert.Single(loads.Select(l => l.StartTicks).Distinct());
    }

    [Fact]
    public void A_command_line_longer_than_is_kept_is_cut_and_said_to_be()
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        var storm = lab.CompileC("storm", Storm.LoadClose);
        using var recording = new Recording();

        var child = Child.Run(storm, "1", new string('x', 1000));

        var who = Recording.Identity(recording.One<ProgramLoadNotice>(Recording.By(child.Pid)))!;
        Assert.Equal($"{storm} 1 {new string('x', 1000)}"[..256], who.CommandLine);
        Assert.Contains(who.NotKnown!, w => w.Contains("whole command line", StringComparison.Ordinal));
        Assert.Equal(storm, who.Exe);
    }

    [Fact]
    public void An_executable_that_was_deleted_is_said_to_be()
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        var storm = lab.CompileC("first", Storm.DeleteThenLoad);
        using var recording = new Recording();

        var child = Child.Run(storm);

        Assert.Equal(storm + " (deleted)", Recording.Identity(recording.One<ProgramLoadNotice>(Recording.By(child.Pid)))!.Exe);
    }

    [Fact]
    public void An_executable_below_a_mount_has_its_whole_path()
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        var mount = Directory.CreateDirectory($"{lab.Folder}/mount/inner/deep").FullName;
        Shell.Run("mount", "-t", "tmpfs", "tmpfs", mount);
        File.Copy(lab.CompileC("storm", Storm.LoadClose), mount + "/below");
        using var recording = new Recording();

        var child = Child.Run(mount + "/below", "1");

        Assert.Equal(mount + "/below", Recording.Identity(recording.One<ProgramLoadNotice>(Recording.By(child.Pid)))!.Exe);
    }

    [Fact]
    public void A_process_in_another_network_namespace_is_told_so()
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        var netns = lab.Netns();
        var storm = lab.CompileC("storm", Storm.LoadClose);
        using var recording = new Recording();

        var child = Child.RunIn(netns, storm, "1");

        var who = Recording.Identity(recording.One<ProgramLoadNotice>(Recording.By(child.Pid)))!;
        Assert.Equal(Lab.In(netns, "readlink", "/proc/self/ns/net").Trim(), $"net:[{who.Netns}]");
    }
}
