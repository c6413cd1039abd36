namespace XdpAudit.FlightRecorder.Tests;

public sealed class TracingTierLinksTests
{
    [Theory]
    [InlineData("native", XdpMode.Native)]
    [InlineData("generic", XdpMode.Generic)]
    public void The_life_of_a_link_is_told_with_its_programs_interface_and_mode(string asked, XdpMode mode)
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        var netns = lab.Netns();
        var life = lab.CompileC("life", Storm.LinkLife);
        using var recording = new Recording();

        var child = Child.RunIn(netns, life, "va", asked, $"{lab.Bpffs}/link");

        var ids = child.Output.Split(' ', StringSplitOptions.TrimEntries).Select(uint.Parse).ToArray();
        var by = Recording.By(child.Pid);
        var create = recording.One<LinkCreateNotice>(by);
        var update = recording.One<LinkUpdateNotice>(by);
        var detach = recording.One<LinkDetachNotice>(by);
        var pin = recording.One<PinNotice>(by);
        Assert.Equal((ids[2], "xdp", ids[0], mode, null), (create.Id.Value, create.Type, create.Program.Value, create.Mode, create.Target));
        Assert.Equal((ids[2], "xdp", ids[0], ids[1]), (update.Id.Value, update.Type, update.OldProgram!.Value.Value, update.NewProgram.Value));
        Assert.Equal((ids[2], "xdp", ids[1], "asked"), (detach.Id.Value, detach.Type, detach.Program.Value, detach.Why));
        Assert.Equal((ObjectKind.Link, ids[2], $"{lab.Bpffs}/link"), (pin.Held, pin.HeldId, pin.Path.Value));
        var at = create.Interface!;
        Assert.Equal("va", at.Name);
        Assert.Equal(Lab.In(netns, "ip", "-o", "link", "show", "dev", "va").Split(':')[0], at.IfIndex.ToString());
        Assert.Equal(Lab.In(netns, "readlink", "/proc/self/ns/net").Trim(), $"net:[{at.NetnsInode}]");
        Assert.Equal(Recording.Identity(create)!.NetnsCookie, at.Netns);
        Assert.Equal(at, update.Interface);
        Assert.Equal(at, detach.Interface);
        Assert.Equal([false, true], recording.All<DescriptorCloseNotice>(n => by(n) && n.Held == ObjectKind.Link && n.HeldId == ids[2]).Select(n => n.Last));
    }

    [Fact]
    public void A_link_that_the_kernel_refuses_is_not_told()
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        var netns = lab.Netns();
        Shell.Run("bpftool", "prog", "loadall", lab.CompileBpf("pass", Samples.Pass), $"{lab.Bpffs}/progs");
        var life = lab.CompileC("life", Storm.LinkLife);
        Lab.In(netns, "ip", "link", "set", "va", "xdp", "pinned", $"{lab.Bpffs}/progs/sample_pass");
        using var recording = new Recording();

        var child = Child.TryIn(netns, life, "va", "native");

        Assert.Equal(1, child.ExitCode);
        Assert.Equal(2, recording.All<ProgramLoadNotice>(Recording.By(child.Pid)).Count);
        Assert.Empty(recording.All<LinkCreateNotice>(Recording.By(child.Pid)));
    }
}
