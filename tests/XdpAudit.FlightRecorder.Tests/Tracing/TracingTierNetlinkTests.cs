using System.Globalization;

namespace XdpAudit.FlightRecorder.Tests;

public sealed class TracingTierNetlinkTests
{
    [Theory]
    [InlineData("xdpdrv", XdpMode.Native)]
    [InlineData("xdpgeneric", XdpMode.Generic)]
    public void Setting_replacing_and_removing_is_told_with_the_program_before_and_after(string keyword, XdpMode mode)
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        var netns = lab.Netns();
        Shell.Run("bpftool", "prog", "loadall", lab.CompileBpf("pass", Samples.Pass), $"{lab.Bpffs}/progs");
        using var recording = new Recording();

        var set = Child.RunIn(netns, "ip", "link", "set", "va", keyword, "pinned", $"{lab.Bpffs}/progs/sample_pass");
        var replace = Child.RunIn(netns, "ip", "-force", "link", "set", "va", keyword, "pinned", $"{lab.Bpffs}/progs/sample_other");
        var remove = Child.RunIn(netns, "ip", "link", "set", "va", keyword, "off");

        var (first, second) = (ProgramAt(lab, "sample_pass"), ProgramAt(lab, "sample_other"));
        var notices = recording.All<XdpSetNotice>(n => new[] { set.Pid, replace.Pid, remove.Pid }.Contains(Recording.Identity(n)!.Pid));
        Assert.Equal([(set.Pid, null, first), (replace.Pid, first, second), (remove.Pid, second, null)], notices.Select(n => (Recording.Identity(n)!.Pid, n.Before, n.After)));
        Assert.All(notices, n => Assert.Equal(mode, n.Mode));
        Assert.All(notices, n => Assert.Equal("va", n.Interface.Name));
        Assert.All(notices, n => Assert.Equal(Recording.Identity(n)!.NetnsCookie, n.Interface.Netns));
        Assert.All(notices, n => Assert.Equal(Lab.In(netns, "ip", "-o", "link", "show", "dev", "va").Split(':')[0], n.Interface.IfIndex.ToString()));
        Assert.Equal($"ip link set va {keyword} off", Recording.Identity(notices[2])!.CommandLine);
    }

    [Fact]
    public void A_removal_in_the_wrong_mode_changes_nothing_and_is_not_told()
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        var netns = lab.Netns();
        Shell.Run("bpftool", "prog", "loadall", lab.CompileBpf("pass", Samples.Pass), $"{lab.Bpffs}/progs");
        Lab.In(netns, "ip", "link", "set", "va", "xdpdrv", "pinned", $"{lab.Bpffs}/progs/sample_pass");
        using var recording = new Recording();

        Child.RunIn(netns, "ip", "link", "set", "va", "xdpgeneric", "off");

        Assert.Empty(recording.All<XdpSetNotice>(n => n.Interface.Netns == CookieOf(recording, netns, lab)));
    }

    [Fact]
    public void A_set_over_a_link_is_refused_by_the_kernel_and_not_told()
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        var netns = lab.Netns();
        var obj = lab.CompileBpf("pass", Samples.Pass);
        Shell.Run("bpftool", "prog", "loadall", obj, $"{lab.Bpffs}/progs");
        var hold = lab.CompileC("hold", Storm.LinkAndPin);
        Child.RunIn(netns, hold, "va", "native", $"{lab.Bpffs}/link");
        using var recording = new Recording();

        var refused = Child.TryIn(netns, "ip", "-force", "link", "set", "va", "xdpdrv", "pinned", $"{lab.Bpffs}/progs/sample_pass");

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Empty(recording.All<XdpSetNotice>(Recording.By(refused.Pid)));
    }

    [Fact]
    public void A_device_named_but_not_numbered_is_found()
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        var netns = lab.Netns("named-device", "vb");
        var setter = lab.CompileC("byname", Storm.SetByName);
        using var recording = new Recording();

        var child = Child.RunIn(netns, setter, "named-device");

        var load = recording.One<ProgramLoadNotice>(Recording.By(child.Pid));
        var set = recording.One<XdpSetNotice>(Recording.By(child.Pid));
        Assert.Equal(("named-device", null, load.Id), (set.Interface.Name, set.Before, set.After!.Value));
    }

    private static KernelProgramId ProgramAt(Lab lab, string name) =>
        new(uint.Parse(Shell.Run("bpftool", "prog", "show", "pinned", $"{lab.Bpffs}/progs/{name}").Split(':')[0], CultureInfo.InvariantCulture));

    /// <summary>The cookie of a namespace, from a notice of a process in it.</summary>
    private static NetnsCookie CookieOf(Recording recording, string netns, Lab lab)
    {
        var child = Child.RunIn(netns, lab.CompileC("cookie", Storm.LoadClose), "1");
        return Recording.Identity(recording.All<ProgramLoadNotice>(Recording.By(child.Pid))[0])!.NetnsCookie!.Value;
    }
}
