using XdpAudit.Abstractions;
using XdpAudit.Testing;

namespace XdpAudit.Kernel.Tests;

public class AttachmentTests
{
    public static TheoryData<bool> BothWays => Look.BothWays;

    [Theory]
    [MemberData(nameof(BothWays))]
    public void Netlink_attachments_are_seen_in_native_and_generic_mode_with_their_device(bool iterators)
    {
        Requires.RootAndBpf();
        using var rig = new Rig();
        var pins = rig.Load();
        var netns = rig.Lab.Netns();
        Lab.In(netns, "ip", "link", "set", "va", "xdpdrv", "pinned", $"{pins}/sample_pass");
        Lab.In(netns, "ip", "link", "set", "vb", "xdpgeneric", "pinned", $"{pins}/sample_other");

        var look = Look.Once(iterators);
        var ns = Assert.Single(look.Namespaces, n => n.Name == netns);
        var (left, right) = (Device(look, ns, "va"), Device(look, ns, "vb"));

        Assert.True(ns.Complete);
        Assert.Equal([new(XdpMode.Native, new(Rig.ProgramId($"{pins}/sample_pass")))], left.Xdp);
        Assert.Equal([new(XdpMode.Generic, new(Rig.ProgramId($"{pins}/sample_other")))], right.Xdp);
        Assert.Equal("veth", left.Kind);
        Assert.True(left.Up);
        Assert.Contains(left.Address!, Lab.In(netns, "ip", "link", "show", "va"), StringComparison.Ordinal);
        Assert.Empty(look.Interfaces.Where(i => i.Name == "lo" && i.Netns == ns.Cookie).SelectMany(i => i.Xdp));
    }

    [Fact]
    public void A_link_tells_its_namespace_device_and_mode()
    {
        Requires.RootAndBpf();
        using var rig = new Rig();
        var netns = rig.Lab.Netns();
        const string skb = "2";
        using var holder = new Holder("nsenter", $"--net=/run/netns/{netns}", rig.Lab.CompileC("link", CPrograms.Link), "va", skb);

        var look = Look.Once();
        var ns = Assert.Single(look.Namespaces, n => n.Name == netns);
        var link = Link(look, holder.Numbers[1]);
        var device = Device(look, ns, "va");

        Assert.Equal((ns.Cookie, ns.Inode, device.IfIndex, "va", XdpMode.Generic), (link.Netns!.Value, link.NetnsInode!.Value, link.IfIndex!.Value, link.IfName, link.Mode!.Value));
        Assert.Equal([new(XdpMode.Generic, link.ProgramId)], device.Xdp);
        Assert.False(link.Defunct);
    }

    [Theory]
    [MemberData(nameof(BothWays))]
    public void A_detached_link_is_defunct_and_keeps_its_program(bool iterators)
    {
        Requires.RootAndBpf();
        using var rig = new Rig();
        var netns = rig.Lab.Netns();
        using var holder = new Holder("nsenter", $"--net=/run/netns/{netns}", rig.Lab.CompileC("link", CPrograms.Link), "va", "0", "detach");

        var look = Look.Once(iterators);
        var link = Link(look, holder.Numbers[1]);

        Assert.True(link.Defunct);
        Assert.Equal((uint)holder.Numbers[0], link.ProgramId.Value);
        Rig.Program(look, (uint)holder.Numbers[0]);
        Assert.DoesNotContain(look.Interfaces.SelectMany(i => i.Xdp), x => x.Program == link.ProgramId);
    }

    [Fact]
    public void An_interface_that_moves_to_another_namespace_is_seen_there_with_its_link()
    {
        Requires.RootAndBpf();
        using var rig = new Rig();
        var (from, to) = (rig.Lab.Netns(), rig.Lab.Netns("vc", "vd"));
        using var holder = new Holder("nsenter", $"--net=/run/netns/{from}", rig.Lab.CompileC("link", CPrograms.Link), "va", "0");
        using var observer = Look.Observer();
        var before = observer.Observe(TestContext.Current.CancellationToken);

        Shell.Run("ip", "-n", from, "link", "set", "va", "netns", to);
        var after = observer.Observe(TestContext.Current.CancellationToken);

        var (left, arrived) = (Assert.Single(before.Namespaces, n => n.Name == from), Assert.Single(after.Namespaces, n => n.Name == to));
        Assert.Equal(left.Cookie, Link(before, holder.Numbers[1]).Netns);
        Assert.Equal(arrived.Cookie, Link(after, holder.Numbers[1]).Netns);
        Assert.Equal(Device(after, arrived, "va").IfIndex, Link(after, holder.Numbers[1]).IfIndex);
        Assert.DoesNotContain(after.Interfaces, i => i.Netns == left.Cookie && i.Name == "va");
    }

    [Theory]
    [MemberData(nameof(BothWays))]
    public void A_namespace_without_a_name_is_entered_through_its_process(bool iterators)
    {
        Requires.RootAndBpf();
        using var rig = new Rig();
        using var holder = new Holder(rig.Lab.CompileC("nameless", CPrograms.Nameless));

        var look = Look.Once(iterators);
        var device = Assert.Single(look.Interfaces, i => i.Xdp.Any(x => x.Program.Value == holder.Numbers[0]));
        var ns = Assert.Single(look.Namespaces, n => n.Cookie == device.Netns);

        Assert.Equal(("na", null, true), (device.Name, ns.Name, ns.Complete));
        Assert.StartsWith("/proc/", ns.Path, StringComparison.Ordinal);
    }

    [Fact]
    public void A_namespace_that_only_a_socket_keeps_is_entered()
    {
        Requires.RootAndBpf();
        using var rig = new Rig();
        using var holder = new Holder(rig.Lab.CompileC("nameless", CPrograms.Nameless), "leave");

        var look = Look.Once();
        var link = Link(look, holder.Numbers[1]);
        var ns = Assert.Single(look.Namespaces, n => n.Cookie == link.Netns);

        Assert.True(ns.Complete, Look.Gaps(look));
        Assert.Null(ns.Path);
        Assert.Contains(look.Interfaces, i => i.Netns == ns.Cookie && i.Name == "na" && i.Xdp.Any(x => x.Program == link.ProgramId));
    }

    [Fact]
    public void Looking_switches_the_namespace_of_no_other_thread()
    {
        Requires.RootAndBpf();
        using var rig = new Rig();
        rig.Lab.Netns();
        var before = Namespaces();

        var look = Look.Once();

        Assert.True(look.Namespaces.Count > 1);
        Assert.Equal(before, Namespaces());
        Assert.Single(look.Namespaces, n => n.Own);
    }

    /// <summary>The namespaces of all threads of this process.</summary>
    private static HashSet<string> Namespaces() =>
        [.. Directory.GetDirectories("/proc/self/task").SelectMany(t => new[] { "net", "mnt" }.Select(n => TargetOf($"{t}/ns/{n}"))).OfType<string>()];

    private static string? TargetOf(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: false)?.Name;
        }
        catch (IOException)
        {
            return null; // the thread ended meanwhile
        }
    }

    private static ObservedLink Link(Observation look, int id) => Assert.Single(look.Links, l => l.Id.Value == id);

    private static ObservedInterface Device(Observation look, ObservedNamespace ns, string name) =>
        Assert.Single(look.Interfaces, i => i.Netns == ns.Cookie && i.Name == name);
}
