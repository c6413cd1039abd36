using System.Text;

namespace XdpAudit.Kernel.Tests;

public class MountInfoTests
{
    [Fact]
    public void A_mount_is_read_with_its_spaces_and_optional_fields()
    {
        var mount = Parse(@"36 35 98:0 /mnt1 /mnt\0402\134x rw,noatime master:1 propagate_from:2 - bpf bpf rw,mode=700");

        Assert.Equal((36u, 35u, 98u, 0u, "bpf"), (mount.Id, mount.Parent, mount.Major, mount.Minor, mount.FsType));
        Assert.Equal(("/mnt1", @"/mnt 2\x"), (Encoding.ASCII.GetString(mount.Root), Encoding.ASCII.GetString(mount.MountPoint)));
    }

    [Fact]
    public void A_namespace_kept_by_a_mount_tells_its_inode()
    {
        var mount = Parse("412 30 0:4 net:[4026532248] /run/netns/blue rw shared:5 - nsfs nsfs rw");

        Assert.True(NamespaceLink.TryParse(mount.Root, out var inode));
        Assert.Equal(4026532248ul, inode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("36 35 98:0 / /mnt")]
    [InlineData("36 35 98 / /mnt rw - bpf bpf rw")]
    [InlineData("x 35 98:0 / /mnt rw - bpf bpf rw")]
    public void A_line_that_is_no_mount_is_left_out(string line)
    {
        Assert.False(MountInfo.TryParse(Encoding.ASCII.GetBytes(line), out _));
    }

    [Fact]
    public void A_device_has_the_number_that_stat_gives_it()
    {
        Assert.Equal(0x801ul, DeviceNumber.Make(8, 1));
        Assert.Equal(0x10002cul, DeviceNumber.Make(0, 0x12c));
        Assert.Equal(DeviceNumber.Make(8, 1), DeviceNumber.FromKernel((8 << 20) | 1));
    }

    private static MountInfo Parse(string line)
    {
        Assert.True(MountInfo.TryParse(Encoding.ASCII.GetBytes(line), out var mount));
        return mount!;
    }
}
