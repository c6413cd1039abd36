using System.Text;

namespace XdpAudit.FlightRecorder.Tests;

public sealed class ProcTextTests
{
    private const string Id = "4f1c0d5e4f1c0d5e4f1c0d5e4f1c0d5e4f1c0d5e4f1c0d5e4f1c0d5e4f1c0d5e";
    private const string Uid = "1d2c3b4a-0001-4002-8003-00000000000f";

    [Fact]
    public void A_name_with_brackets_and_spaces_does_not_shift_the_fields()
    {
        var line = Encoding.ASCII.GetBytes("4711 (a ) b (c) S 17 4711 4711 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 987654 1 2 3");

        Assert.True(ProcText.TryParseStat(line, out var stat));
        Assert.Equal(("a ) b (c", 17, false, 987654ul), (stat.Comm, stat.Parent, stat.KernelThread, stat.StartTicks));
    }

    [Fact]
    public void A_kernel_thread_is_known_by_its_flag()
    {
        var line = Encoding.ASCII.GetBytes("12 (kworker/0:1-events) I 2 0 0 0 -1 69238880 0 0 0 0 0 0 0 0 20 0 1 0 33 0 0");

        Assert.True(ProcText.TryParseStat(line, out var stat));
        Assert.True(stat.KernelThread);
    }

    [Fact]
    public void Names_that_are_no_text_are_made_harmless() => Assert.Equal("a\\x1b[31m\\xff\\x5c", ProcText.Escape([(byte)'a', 0x1b, .. "[31m"u8, 0xff, (byte)'\\']));

    [Fact]
    public void A_command_line_is_joined_and_cut()
    {
        var content = Encoding.ASCII.GetBytes("ip\0link\0set\0" + new string('x', 300) + "\0");

        var text = ProcText.CommandLine(content);

        Assert.StartsWith("ip link set xxx", text, StringComparison.Ordinal);
        Assert.Equal(256, text.Length);
    }

    [Fact]
    public void A_login_uid_that_was_never_set_is_none() => Assert.Equal((null, 1000u), (ProcText.LoginUid("4294967295"u8), ProcText.LoginUid("1000"u8)));

    [Theory]
    [InlineData($"0::/system.slice/docker-{Id}.scope\n", Id, null)]
    [InlineData($"12:cpu:/docker/{Id}\n0::/\n", Id, null)]
    [InlineData($"0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1d2c3b4a_0001_4002_8003_00000000000f.slice/cri-containerd-{Id}.scope\n", Id, Uid)]
    [InlineData($"4:memory:/kubepods/besteffort/pod{Uid}/{Id}\n", Id, Uid)]
    [InlineData($"0::/system.slice/kubelet.slice/kubepods-pod1d2c3b4a_0001_4002_8003_00000000000f.slice:cri-containerd:{Id}\n", Id, Uid)]
    [InlineData($"0::/machine.slice/libpod-{Id}.scope/container\n", Id, null)]
    [InlineData("0::/user.slice/user-1000.slice/session-2.scope\n", null, null)]
    [InlineData("0::/\n", null, null)]
    public void A_container_and_a_pod_are_read_from_the_cgroup(string content, string? container, string? pod)
    {
        var bytes = Encoding.ASCII.GetBytes(content);

        Assert.Equal((container, pod), ProcCgroup.NamesOf(bytes));
    }

    [Fact]
    public void The_unified_hierarchy_gives_the_path_where_there_is_one()
    {
        Assert.Equal("/system.slice/x.service", ProcCgroup.PathOf("3:cpu:/a\n0::/system.slice/x.service\n"u8));
        Assert.Equal("/a", ProcCgroup.PathOf("3:cpu:/a\n2:memory:/b\n"u8));
        Assert.Null(ProcCgroup.PathOf(""u8));
    }
}
