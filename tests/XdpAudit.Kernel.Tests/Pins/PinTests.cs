using XdpAudit.Abstractions;
using XdpAudit.Testing;

namespace XdpAudit.Kernel.Tests;

public class PinTests
{
    public static TheoryData<bool> BothWays => Look.BothWays;

    [Theory]
    [MemberData(nameof(BothWays))]
    public void Pins_of_programs_links_and_maps_are_told_apart_and_named_by_id(bool iterators)
    {
        Requires.RootAndBpf();
        using var rig = new Rig();
        var pins = rig.Load();
        Shell.Run("bpftool", "map", "create", $"{rig.Lab.Bpffs}/m", "type", "array", "key", "4", "value", "4", "entries", "1", "name", "pinned_map");
        PinLink(rig, "l");

        var look = Look.Once(iterators);
        var mine = look.Pins.Where(p => p.Path.Value.StartsWith(rig.Lab.Bpffs + "/", StringComparison.Ordinal)).ToDictionary(p => p.Path.Value);

        Assert.Equal(4, mine.Count);
        Assert.Equal((ObjectKind.Program, Rig.ProgramId($"{pins}/sample_pass")), About(mine[$"{pins}/sample_pass"]));
        Assert.Equal((ObjectKind.Program, Rig.ProgramId($"{pins}/sample_other")), About(mine[$"{pins}/sample_other"]));
        Assert.Equal((ObjectKind.Map, Rig.MapId($"{rig.Lab.Bpffs}/m")), About(mine[$"{rig.Lab.Bpffs}/m"]));
        Assert.Equal((ObjectKind.Link, Rig.LinkId($"{rig.Lab.Bpffs}/l")), About(mine[$"{rig.Lab.Bpffs}/l"]));
        Assert.All(mine.Values, p => Assert.Equal((p.Path.Value, false), (p.ReachedBy, p.Hidden)));
        Assert.Equal(mine.Count, mine.Values.Select(p => (p.Device, p.Inode)).Distinct().Count());
        Assert.DoesNotContain(look.Pins, p => p.Path.Value.EndsWith(".debug", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(BothWays))]
    public void A_pin_in_a_private_mount_namespace_is_reached_through_its_process(bool iterators)
    {
        Requires.RootAndBpf();
        using var rig = new Rig();
        var point = Directory.CreateDirectory($"{rig.Lab.Folder}/private").FullName;
        using var holder = new Holder(rig.Lab.CompileC("private-mount", CPrograms.PrivateMount), point);

        var pin = Assert.Single(Look.Once(iterators).Pins, p => p.ObjectId == holder.Numbers[0]);

        Assert.Equal($"{point}/private\\x1b[31mpin", pin.Path.Value);
        Assert.Equal($"/proc/{holder.Pid}/root{pin.Path.Value}", pin.ReachedBy);
        Assert.False(pin.Hidden);
    }

    [Theory]
    [MemberData(nameof(BothWays))]
    public void A_pin_under_a_covered_bpffs_is_found_and_marked_hidden(bool iterators)
    {
        Requires.RootAndBpf();
        using var rig = new Rig();
        var pins = rig.Load();
        var id = Rig.ProgramId($"{pins}/sample_pass");
        Shell.Run("mount", "-t", "bpf", "bpf", rig.Lab.Bpffs);
        Shell.Run("mount", "-t", "tmpfs", "tmpfs", rig.Lab.Bpffs);

        var before = File.ReadAllText("/proc/self/mountinfo");
        var look = Look.Once(iterators);
        var pin = Assert.Single(look.Pins, p => p.ObjectId == id && p.Kind == ObjectKind.Program);

        Assert.True(pin.Hidden);
        Assert.Equal($"{pins}/sample_pass", pin.Path.Value);
        Assert.DoesNotContain(look.Coverage.Pins.Gaps, g => g.What.Contains(rig.Lab.Bpffs, StringComparison.Ordinal));
        Assert.Equal(before, File.ReadAllText("/proc/self/mountinfo"));
    }

    [Fact]
    public void A_pin_covered_here_and_not_in_another_mount_namespace_is_hidden_and_reached_there()
    {
        Requires.RootAndBpf();
        using var rig = new Rig();
        var pins = rig.Load();
        var id = Rig.ProgramId($"{pins}/sample_pass");
        using var copy = new Holder(rig.Lab.CompileC("copied", CPrograms.CopiedMounts));
        Shell.Run("mount", "-t", "tmpfs", "tmpfs", rig.Lab.Bpffs);

        var pin = Assert.Single(Look.Once().Pins, p => p.ObjectId == id && p.Kind == ObjectKind.Program);

        Assert.Equal(($"{pins}/sample_pass", $"/proc/{copy.Pid}/root{pins}/sample_pass", true), (pin.Path.Value, pin.ReachedBy, pin.Hidden));
    }

    [Fact]
    public void A_pin_covered_in_a_private_mount_namespace_is_found_and_marked_hidden()
    {
        Requires.RootAndBpf();
        using var rig = new Rig();
        var point = Directory.CreateDirectory($"{rig.Lab.Folder}/point").FullName;
        using var holder = new Holder(rig.Lab.CompileC("private-covered", CPrograms.PrivateCovered), point);

        var pin = Assert.Single(Look.Once().Pins, p => p.ObjectId == holder.Numbers[0]);

        Assert.Equal(($"{point}/pin", $"/proc/{holder.Pid}/root{point}/pin", true), (pin.Path.Value, pin.ReachedBy, pin.Hidden));
    }

    [Fact]
    public void A_pin_below_a_mount_on_its_directory_is_found_and_marked_hidden()
    {
        Requires.RootAndBpf();
        using var rig = new Rig();
        var pins = rig.Load();
        var id = Rig.ProgramId($"{pins}/sample_pass");
        Shell.Run("mount", "-t", "tmpfs", "tmpfs", pins);

        var pin = Assert.Single(Look.Once().Pins, p => p.ObjectId == id && p.Kind == ObjectKind.Program);

        Assert.Equal(($"{pins}/sample_pass", true), (pin.Path.Value, pin.Hidden));
    }

    [Fact]
    public void A_pin_on_a_bpffs_that_is_mounted_nowhere_is_found_through_an_open_directory()
    {
        Requires.RootAndBpf();
        using var rig = new Rig();
        var point = Directory.CreateDirectory($"{rig.Lab.Folder}/private").FullName;
        using var holder = new Holder(rig.Lab.CompileC("unmounted", CPrograms.Unmounted), point);

        var pin = Assert.Single(Look.Once().Pins, p => p.ObjectId == holder.Numbers[0]);

        Assert.True(pin.Hidden);
        Assert.StartsWith($"/proc/{holder.Pid}/fd/", pin.ReachedBy, StringComparison.Ordinal);
        Assert.Equal(pin.Inode.ToString(System.Globalization.CultureInfo.InvariantCulture), Shell.Run("stat", "-c", "%i", pin.ReachedBy).Trim());
    }

    [Fact]
    public void A_bpffs_that_is_mounted_twice_is_listed_once()
    {
        Requires.RootAndBpf();
        using var rig = new Rig();
        var pins = rig.Load();
        var again = Directory.CreateDirectory($"{rig.Lab.Folder}/again").FullName;
        var part = Directory.CreateDirectory($"{rig.Lab.Folder}/part").FullName;
        Shell.Run("mount", "--bind", rig.Lab.Bpffs, again);
        Shell.Run("mount", "--bind", pins, part);
        var id = Rig.ProgramId($"{pins}/sample_pass");

        var look = Look.Once();

        Assert.Single(look.Pins, p => p.ObjectId == id && p.Kind == ObjectKind.Program);
    }

    private static void PinLink(Rig rig, string name)
    {
        var netns = rig.Lab.Netns();
        using var holder = new Holder("nsenter", $"--net=/run/netns/{netns}", rig.Lab.CompileC("link", CPrograms.Link), "va", "0");
        Shell.Run("bpftool", "link", "pin", "id", Rig.Text((uint)holder.Numbers[1]), $"{rig.Lab.Bpffs}/{name}");
    }

    private static (string Kind, uint? Id) About(ObservedPin pin) => (pin.Kind, pin.ObjectId);
}
