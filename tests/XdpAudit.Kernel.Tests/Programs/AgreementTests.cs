using System.Globalization;
using System.Text.Json;
using XdpAudit.Abstractions;
using XdpAudit.Testing;

namespace XdpAudit.Kernel.Tests;

/// <summary>What we list is what bpftool lists, field by field, whichever way we look.</summary>
public class AgreementTests
{
    /// <summary>A name that bpftool completes from BTF.</summary>
    private const string LongNames =
        """
        #include <linux/bpf.h>
        #include <bpf/bpf_helpers.h>
        struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 7); __uint(map_flags, BPF_F_NO_PREALLOC); __type(key, __u32); __type(value, __u64); } on_demand SEC(".maps");
        struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, 3); __type(key, __u32); __type(value, __u64); } per_cpu SEC(".maps");
        __attribute__((noinline)) int helper_function(__u32 k) { __u64 *v = bpf_map_lookup_elem(&on_demand, &k); return v ? *v & 1 : 0; }
        SEC("xdp") int a_name_of_more_than_fifteen_bytes(struct xdp_md *ctx)
        {
            __u32 k = 1; __u64 *v = bpf_map_lookup_elem(&per_cpu, &k);
            return v && helper_function(*v) ? XDP_DROP : XDP_PASS;
        }
        SEC("xdp") int exactly_fifteen(struct xdp_md *ctx) { return XDP_PASS; }
        char _license[] SEC("license") = "Proprietary";
        """;

    public static TheoryData<bool> BothWays => Look.BothWays;

    [Theory]
    [MemberData(nameof(BothWays))]
    public void Programs_agree_with_bpftool_in_every_field(bool iterators)
    {
        Requires.RootAndBpf();
        using var rig = Loaded();

        var (look, theirs) = Agreed(iterators, "prog");

        Assert.Contains(theirs, t => t.GetProperty("name").GetString() == "a_name_of_more_than_fifteen_bytes");
        foreach (var their in theirs)
        {
            var ours = Rig.Program(look, their.GetProperty("id").GetUInt32());
            Assert.Equal(Text(their, "type"), ours.Type);
            Assert.Equal(Text(their, "name") ?? "", ours.Name);
            Assert.Equal(Text(their, "tag"), ours.Tag?.Value);
            Assert.Equal(their.GetProperty("gpl_compatible").GetBoolean(), ours.GplCompatible);
            Assert.InRange(
                their.GetProperty("loaded_at").GetInt64() - look.BootedAt.AddTicks((long)ours.LoadedNs / 100).ToUnixTimeSeconds(), -1, 1);
            Assert.Equal(Number(their, "uid"), ours.Uid);
            Assert.Equal(Number(their, "bytes_xlated"), ours.BytesXlated);
            Assert.Equal(Number(their, "bytes_jited"), ours.BytesJited);
            Assert.Equal(Number(their, "bytes_memlock"), ours.MemlockBytes);
            Assert.Equal(Ids(their, "map_ids"), ours.MapIds.Select(m => m.Value));
            Assert.Equal(Number(their, "btf_id") ?? 0, ours.BtfId);
        }
    }

    [Theory]
    [MemberData(nameof(BothWays))]
    public void Links_agree_with_bpftool_in_every_field(bool iterators)
    {
        Requires.RootAndBpf();
        using var rig = Loaded();
        var netns = rig.Lab.Netns();
        using var holder = new Holder("nsenter", $"--net=/run/netns/{netns}", rig.Lab.CompileC("link", CPrograms.Link), "va", "0");

        var (look, theirs) = Agreed(iterators, "link");

        Assert.Contains(theirs, t => t.GetProperty("id").GetUInt32() == holder.Numbers[1]);
        foreach (var their in theirs)
        {
            var ours = Assert.Single(look.Links, l => l.Id.Value == their.GetProperty("id").GetUInt32());
            Assert.Equal(Text(their, "type"), ours.Type);
            Assert.Equal(Number(their, "prog_id"), ours.ProgramId.Value);
            if (ours.Type == "xdp")
            {
                Assert.Equal(IfIndexOf(netns, "va"), ours.IfIndex!.Value.Value);
            }
        }
    }

    [Theory]
    [MemberData(nameof(BothWays))]
    public void Maps_agree_with_bpftool_in_every_field(bool iterators)
    {
        Requires.RootAndBpf();
        using var rig = Loaded();

        var (look, theirs) = Agreed(iterators, "map");

        Assert.Contains(theirs, t => Text(t, "name") == "on_demand");
        foreach (var their in theirs)
        {
            var ours = Assert.Single(look.Maps, m => m.Id.Value == their.GetProperty("id").GetUInt32());
            Assert.Equal(Text(their, "type"), ours.Type);
            Assert.Equal(Text(their, "name") ?? "", ours.Name);
            Assert.Equal(Number(their, "bytes_key"), ours.KeyBytes);
            Assert.Equal(Number(their, "bytes_value"), ours.ValueBytes);
            Assert.Equal(Number(their, "max_entries"), ours.MaxEntries);
            Assert.Equal(Number(their, "flags") ?? 0, ours.Flags);
            Assert.Equal(Number(their, "bytes_memlock"), ours.MemlockBytes);
            Assert.Equal(Number(their, "frozen") == 1, ours.Frozen);

            // In a list bpftool 7.1 gives a map without BTF that of the map before it, where the kernel leaves what it does not set (6.18).
            Assert.Equal(Number(Alone("map", ours.Id.Value), "btf_id") ?? 0, ours.BtfId);
        }
    }

    [Theory]
    [MemberData(nameof(BothWays))]
    public void Attachments_agree_with_bpftool_in_device_mode_and_program(bool iterators)
    {
        Requires.RootAndBpf();
        using var rig = new Rig();
        var pins = rig.Load();
        var (byNetlink, byLink) = (rig.Lab.Netns(), rig.Lab.Netns());
        Lab.In(byNetlink, "ip", "link", "set", "va", "xdpdrv", "pinned", $"{pins}/sample_pass");
        Lab.In(byNetlink, "ip", "link", "set", "vb", "xdpgeneric", "pinned", $"{pins}/sample_other");
        const string drv = "4";
        using var holder = new Holder("nsenter", $"--net=/run/netns/{byLink}", rig.Lab.CompileC("link", CPrograms.Link), "vb", drv);

        var look = Look.Once(iterators);

        foreach (var (netns, devices) in ((string, string[])[])[(byNetlink, ["va", "vb"]), (byLink, ["vb"])])
        {
            var cookie = Assert.Single(look.Namespaces, n => n.Name == netns).Cookie;
            using var theirs = JsonDocument.Parse(Lab.In(netns, "bpftool", "-j", "net", "show"));
            var listed = theirs.RootElement[0].GetProperty("xdp").EnumerateArray()
                .Select(x => (Text(x, "devname"), Number(x, "ifindex"), Text(x, "mode"), Number(x, "id"))).Order().ToList();
            Assert.Equal(devices, listed.Select(x => x.Item1));
            Assert.Equal(
                listed,
                look.Interfaces.Where(i => i.Netns == cookie).SelectMany(i => i.Xdp.Select(x => ((string?)i.Name, (uint?)i.IfIndex.Value, (string?)(x.Mode == XdpMode.Native ? "driver" : x.Mode.Text()), (uint?)x.Program.Value))).Order());
        }
    }

    [Theory]
    [MemberData(nameof(BothWays))]
    public void Pins_agree_with_bpftool_object_by_object(bool iterators)
    {
        Requires.RootAndBpf();
        using var rig = Loaded();
        var netns = rig.Lab.Netns();
        using (var holder = new Holder("nsenter", $"--net=/run/netns/{netns}", rig.Lab.CompileC("link", CPrograms.Link), "va", "0"))
        {
            Shell.Run("bpftool", "link", "pin", "id", Rig.Text((uint)holder.Numbers[1]), $"{rig.Lab.Bpffs}/l");
            Shell.Run("bpftool", "link", "pin", "id", Rig.Text((uint)holder.Numbers[1]), $"{rig.Lab.Bpffs}/l2");
        }

        File.CreateSymbolicLink($"{rig.Lab.Bpffs}/alias", $"{rig.Lab.Bpffs}/l");

        var look = Look.Once(iterators);

        foreach (var (kind, ours) in ((string, string)[])[("prog", ObjectKind.Program), ("map", ObjectKind.Map), ("link", ObjectKind.Link)])
        {
            using var theirs = JsonDocument.Parse(Shell.Run("bpftool", "-f", "-j", kind, "show"));
            var listed = theirs.RootElement.EnumerateArray()
                .SelectMany(o => (o.TryGetProperty("pinned", out var paths) ? paths.EnumerateArray() : default).Select(p => (Id: (uint?)o.GetProperty("id").GetUInt32(), Path: p.GetString())))
                .Where(p => p.Path!.StartsWith(rig.Lab.Bpffs + "/", StringComparison.Ordinal)).Order().ToList();
            Assert.True(listed.Count >= 2, $"bpftool lists {listed.Count} pins of a {kind}");
            Assert.Equal(listed, look.Pins.Where(p => p.Kind == ours && p.Path.Value.StartsWith(rig.Lab.Bpffs + "/", StringComparison.Ordinal)).Select(p => (p.ObjectId, (string?)p.Path.Value)).Order());
        }
    }

    [Fact]
    public void Iterators_and_the_id_walk_see_the_same_programs()
    {
        Requires.RootAndBpf();
        using var rig = Loaded();
        using var fast = Look.Observer();
        using var slow = Look.Observer(iterators: false);

        var (a, b) = Until(
            () => (fast.Observe(TestContext.Current.CancellationToken), slow.Observe(TestContext.Current.CancellationToken)),
            p => p.Item1.Programs.Select(x => x.Id).SequenceEqual(p.Item2.Programs.Select(x => x.Id)));

        Assert.Equal(
            b.Programs.Select(p => Comparable(p)),
            a.Programs.Select(p => Comparable(p with { References = null, DeviceBound = null, Extends = null })));
        Assert.All(a.Programs, p => Assert.True(p.References > 0, $"program {p.Id} has {p.References} references"));
    }

    private static string Comparable(ObservedProgram program) => JsonSerializer.Serialize(program);

    private static Rig Loaded()
    {
        var rig = new Rig();
        rig.Load();
        Shell.Run("bpftool", "prog", "loadall", rig.Lab.CompileBpf("long", LongNames), $"{rig.Lab.Bpffs}/long", "pinmaps", $"{rig.Lab.Bpffs}/maps");
        Shell.Run("bpftool", "map", "update", "pinned", $"{rig.Lab.Bpffs}/maps/on_demand", "key", "1", "0", "0", "0", "value", "1", "0", "0", "0", "0", "0", "0", "0");
        Shell.Run("bpftool", "map", "freeze", "pinned", $"{rig.Lab.Bpffs}/maps/per_cpu");
        return rig;
    }

    /// <summary>Others load programs on this machine too: we look until bpftool lists the same before and after.</summary>
    private static (Observation Look, List<JsonElement> Theirs) Agreed(bool iterators, string kind)
    {
        using var observer = Look.Observer(iterators);
        var (seen, listed, _) = Until(
            () =>
            {
                var before = Listed(kind);
                var look = observer.Observe(TestContext.Current.CancellationToken);
                var after = Listed(kind);
                return (look, theirs: after, same: IdsOf(before).SetEquals(IdsOf(after)) && IdsOf(after).SetEquals(OurIds(look, kind)));
            },
            r => r.same);
        return (seen, listed);
    }

    private static JsonElement Alone(string kind, uint id)
    {
        using var shown = JsonDocument.Parse(Shell.Run("bpftool", "-j", kind, "show", "id", $"{id}"));
        return shown.RootElement.Clone();
    }

    private static HashSet<uint> OurIds(Observation look, string kind) => kind switch
    {
        "prog" => [.. look.Programs.Select(p => p.Id.Value)],
        "link" => [.. look.Links.Select(p => p.Id.Value)],
        _ => [.. look.Maps.Select(p => p.Id.Value)],
    };

    private static T Until<T>(Func<T> look, Func<T, bool> settled)
    {
        T last = default!;
        for (var n = 0; n < 50; n++)
        {
            last = look();
            if (settled(last))
            {
                return last;
            }
        }

        Assert.Fail($"the host did not hold still for 50 looks, or we do not list what bpftool lists; the last: {JsonSerializer.Serialize(last)}");
        return last;
    }

    private static List<JsonElement> Listed(string kind) => [.. JsonDocument.Parse(Shell.Run("bpftool", "-j", kind, "show")).RootElement.EnumerateArray()];

    private static HashSet<uint> IdsOf(List<JsonElement> listed) => [.. listed.Select(e => e.GetProperty("id").GetUInt32())];

    private static uint IfIndexOf(string netns, string device) =>
        uint.Parse(Lab.In(netns, "ip", "-o", "link", "show", device).Split(':')[0], CultureInfo.InvariantCulture);

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static uint? Number(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetUInt32() : null;

    private static IEnumerable<uint> Ids(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.EnumerateArray().Select(v => v.GetUInt32()) : [];
}
