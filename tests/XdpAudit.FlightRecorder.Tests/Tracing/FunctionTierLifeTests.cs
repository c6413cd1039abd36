using System.Diagnostics;
using XdpAudit.Plugins.FlightRecorder;

namespace XdpAudit.FlightRecorder.Tests;

/// <summary>What the function tier hears where the kernel takes its programs: <c>./test --kernels</c> runs it there.</summary>
[Trait("kernels", "yes")]
public sealed class FunctionTierLifeTests : IDisposable
{
    private readonly Lab _lab = new();
    private readonly FunctionTier _tier = new(4 << 20);
    private readonly List<KernelNotice> _heard = [];
    private readonly string _netns;
    private readonly string _pin;

    public FunctionTierLifeTests()
    {
        _netns = _lab.Netns();
        _pin = $"{_lab.Bpffs}/link";
        var status = _tier.Open();
        Assert.True(status.State == SensorStates.Live, status.Why);
    }

    [Fact(Explicit = true)]
    public void A_link_is_heard_from_its_making_to_its_release_without_a_system_call_being_looked_at()
    {
        var child = Child.RunIn(_netns, _lab.CompileC("life", Storm.LinkLife), "va", "native", _pin);
        var ids = child.Output.Split(' ', StringSplitOptions.TrimEntries).Select(uint.Parse).ToArray();
        var remover = Child.Run("rm", _pin);

        var free = Await<LinkFreeNotice>(n => n.Id.Value == ids[2]);
        var create = One<LinkCreateNotice>(n => n.Id.Value == ids[2]);
        Assert.Equal((ids[0], "va", child.Pid), (create.Program.Value, create.Interface!.Name, Recording.Identity(create)!.Pid));
        Assert.Equal(ids[1], One<LinkUpdateNotice>(n => n.Id.Value == ids[2]).NewProgram.Value);
        Assert.Equal("asked", One<LinkDetachNotice>(n => n.Id.Value == ids[2]).Why);
        Assert.Equal("link", Path.GetFileName(One<PinNotice>(n => n.HeldId == ids[2]).Path.Value));
        var unpin = One<UnpinNotice>(n => n.HeldId == ids[2]);
        Assert.True(unpin.Actor is Actor.Unknown || Recording.Identity(unpin)!.Pid == remover.Pid, $"{unpin.Actor}");
        Assert.True(free.BootNs >= create.BootNs);
        Await<ProgramUnloadNotice>(n => n.Id.Value == ids[1]);
        Assert.Single(_heard.OfType<ProgramUnloadNotice>(), n => n.Id.Value == ids[0]);
    }

    [Fact(Explicit = true)]
    public void An_interface_that_is_deleted_takes_its_link_out_of_force_and_the_stream_knows_why()
    {
        var ids = Pinned();

        var deleter = Child.RunIn(_netns, "ip", "link", "del", "va");

        var detach = Await<LinkDetachNotice>(n => n.Id.Value == ids[2]);
        Assert.Equal("interface-gone", detach.Why);
        var gone = Await<InterfaceGoneNotice>(n => n.Interface.Name == "va");
        Assert.Equal(deleter.Pid, Recording.Identity(gone)!.Pid);
        Assert.Equal(gone.Interface.Netns, detach.Interface!.Netns);
        Assert.DoesNotContain(_heard.OfType<LinkFreeNotice>(), n => n.Id.Value == ids[2]);
    }

    [Fact(Explicit = true)]
    public void A_network_namespace_that_goes_takes_its_interfaces_along_by_nobodys_hand()
    {
        var ids = Pinned();

        Shell.Run("ip", "netns", "del", _netns);

        Assert.Equal("netns-gone", Await<LinkDetachNotice>(n => n.Id.Value == ids[2]).Why);
        var gone = Await<InterfaceGoneNotice>(n => n.Interface.Name == "va");
        Assert.True(gone.WithNetns);
        Assert.IsType<Actor.Kernel>(gone.Actor);
    }

    [Fact(Explicit = true)]
    public void A_bpffs_that_is_unmounted_takes_its_pins_along()
    {
        var own = Directory.CreateDirectory($"{_lab.Folder}/own").FullName;
        Shell.Run("mount", "-t", "bpf", "bpf", own);
        var child = Child.RunIn(_netns, _lab.CompileC("life", Storm.LinkAndPin), "va", "native", $"{own}/link");
        var link = uint.Parse(child.Output.Split(' ', StringSplitOptions.TrimEntries)[2]);

        Shell.Run("umount", own);

        Await<UnpinNotice>(n => n.HeldId == link);
        Await<LinkFreeNotice>(n => n.Id.Value == link);
    }

    [Fact(Explicit = true)]
    public void An_attachment_by_netlink_is_told_when_it_is_made_and_when_it_is_taken_off()
    {
        Shell.Run("bpftool", "prog", "loadall", _lab.CompileBpf("pass", Samples.Pass), $"{_lab.Bpffs}/progs");

        Child.RunIn(_netns, "ip", "link", "set", "va", "xdp", "pinned", $"{_lab.Bpffs}/progs/sample_pass");
        Child.RunIn(_netns, "ip", "link", "set", "va", "xdp", "off");

        Await<XdpSetNotice>(n => n is { Interface.Name: "va", Before: not null, After: null });
        Assert.Single(_heard.OfType<XdpSetNotice>(), n => n is { Interface.Name: "va", After: not null });
    }

    public void Dispose()
    {
        _tier.Dispose();
        _lab.Dispose();
    }

    private uint[] Pinned() =>
        [.. Child.RunIn(_netns, _lab.CompileC("life", Storm.LinkAndPin), "va", "native", _pin).Output.Split(' ', StringSplitOptions.TrimEntries).Select(uint.Parse)];

    private T One<T>(Func<T, bool> fits) where T : KernelNotice => Assert.Single(_heard.OfType<T>(), n => fits(n));

    private T Await<T>(Func<T, bool> fits) where T : KernelNotice
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            _tier.Drain(_heard);
            if (_heard.OfType<T>().FirstOrDefault(fits) is { } found)
            {
                return found;
            }

            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"no such {typeof(T).Name}; heard: {string.Join(", ", _heard.Select(n => n.GetType().Name))}");
            Thread.Yield();
        }
    }
}
