using System.Reflection;
using System.Runtime.InteropServices;
using XdpAudit.Testing;

namespace XdpAudit.Kernel.Tests;

public class LayoutTests
{
    public static TheoryData<string> Structures =>
        [.. typeof(KernelObserver).Assembly.GetTypes().Where(t => t.GetCustomAttribute<KernelStructAttribute>() is not null).Select(t => t.Name)];

    private static BtfFile Kernel => field ??= Parse(File.ReadAllBytes("/sys/kernel/btf/vmlinux"));

    [Theory]
    [MemberData(nameof(Structures))]
    public void Every_member_lies_where_the_running_kernel_has_it(string structure)
    {
        Requires.RootAndBpf();
        var type = typeof(KernelObserver).Assembly.GetTypes().Single(t => t.Name == structure);
        var mirror = type.GetCustomAttribute<KernelStructAttribute>()!;

        var members = type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public);
        var ours = members.ToDictionary(m => m.Name, m => (int?)Marshal.OffsetOf(type, m.Name));
        var theirs = members.ToDictionary(m => m.Name, m => Kernel.OffsetOf(mirror.Name, m.Name, mirror.Within));

        Assert.NotEmpty(ours);
        Assert.Equal(theirs, ours);
    }

    [Fact]
    public void All_structures_we_give_to_the_kernel_are_compared()
    {
        Assert.Superset(
            new HashSet<string> { "bpf_prog_info", "bpf_map_info", "bpf_link_info", "bpf_btf_info", "bpf_attr_id", "bpf_attr_info", "bpf_attr_obj", "bpf_attr_elem", "statx" },
            Structures.Select(s => s.Data).ToHashSet());
    }

    [Fact]
    public void The_kernels_type_information_names_its_iterators()
    {
        Requires.RootAndBpf();

        Assert.True(Kernel.HasStructure("bpf_iter__bpf_prog"));
        Assert.False(Kernel.HasStructure("bpf_iter__no_such_thing"));
        Assert.Null(Kernel.OffsetOf("bpf_prog_info", "no_such_member"));
    }

    [Fact]
    public void Damaged_type_information_is_refused_with_the_reason_wherever_it_is_cut()
    {
        Requires.RootAndBpf();
        var whole = File.ReadAllBytes("/sys/kernel/btf/vmlinux");

        Assert.All(new[] { 0, 1, 23, 24, 100, whole.Length / 2, whole.Length - 1 }, length =>
        {
            Assert.False(BtfFile.TryParse(whole[..length], out var file, out var why));
            Assert.Null(file);
            Assert.NotEmpty(why);
        });
    }

    private static BtfFile Parse(byte[] data) => BtfFile.TryParse(data, out var file, out var why) ? file : throw new InvalidOperationException(why);
}
