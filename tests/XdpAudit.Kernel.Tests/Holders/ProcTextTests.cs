using System.Text;

namespace XdpAudit.Kernel.Tests;

/// <summary>Lines in the form of proc(5), with what a hostile process can make of them.</summary>
public class ProcTextTests
{
    [Theory]
    [InlineData("4711 (bpftool) S 1 4711 4711 0 -1 4194560 107 0 0 0 0 0 0 0 20 0 1 0 25929183 2424832 225 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0\n", "bpftool", 25929183)]
    [InlineData("12 (a) R 2 (b) S 1 4711 4711 0 -1 4194560 107 0 0 0 0 0 0 0 20 0 1 0 77 2424832 225\n", "a) R 2 (b", 77)]
    [InlineData("9 () S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5 0 0\n", "", 5)]
    public void A_process_name_may_hold_brackets_and_spaces_and_the_start_time_is_still_found(string line, string comm, ulong start)
    {
        Assert.True(ProcStat.TryParse(Encoding.ASCII.GetBytes(line), out var name, out var ticks));
        Assert.Equal((comm, start), (Encoding.ASCII.GetString(name), ticks));
    }

    [Theory]
    [InlineData("")]
    [InlineData("12 (cut")]
    [InlineData("12 (cut) S 1 2 3")]
    public void A_stat_line_that_ends_early_is_no_identity(string line)
    {
        Assert.False(ProcStat.TryParse(Encoding.ASCII.GetBytes(line), out _, out _));
    }

    [Theory]
    [InlineData("pos:\t0\nflags:\t02000002\nmnt_id:\t16\nino:\t1063\nlink_type:\txdp\nlink_id:\t4\nprog_tag:\t614b434cd8324ecc\nprog_id:\t41\nifindex:\t2\n", "link_id", 4)]
    [InlineData("pos:\t0\nflags:\t02000002\nmap_type:\t3\nmemlock:\t4096\nmap_id:\t9\nfrozen:\t1\n", "map_id", 9)]
    [InlineData("prog_id:\t7\nmemlock:\t8192", "memlock", 8192)]
    public void A_number_is_found_by_its_whole_name(string content, string name, ulong value)
    {
        Assert.True(FdInfo.TryParse(Encoding.ASCII.GetBytes(content), Encoding.ASCII.GetBytes(name), out var found));
        Assert.Equal(value, found);
        Assert.False(FdInfo.TryParse(Encoding.ASCII.GetBytes(content), Encoding.ASCII.GetBytes(name[..^1]), out _));
    }

    [Theory]
    [InlineData("12:cpu:/a\n0::/system.slice/x.service\n", "/system.slice/x.service")]
    [InlineData("4:memory:/first\n3:cpu:/second\n", "/first")]
    [InlineData("1:name=systemd:/with:colon\n", "/with:colon")]
    public void The_unified_hierarchy_is_preferred_and_the_first_taken_else(string content, string path)
    {
        Assert.True(ProcCgroup.TryParse(Encoding.ASCII.GetBytes(content), out var found));
        Assert.Equal(path, Encoding.ASCII.GetString(found));
    }

    [Theory]
    [InlineData("anon_inode:bpf-prog", (int)FileKind.Program, 0)]
    [InlineData("anon_inode:bpf-map", (int)FileKind.Map, 0)]
    [InlineData("anon_inode:bpf_link", (int)FileKind.Link, 0)]
    [InlineData("anon_inode:bpf-link", (int)FileKind.Link, 0)]
    [InlineData("net:[4026532248]", (int)FileKind.Netns, 4026532248)]
    public void A_descriptor_tells_its_kind(string target, int kind, uint inode)
    {
        Assert.True(DescriptorTarget.TryParse(Encoding.ASCII.GetBytes(target), out var found, out var number));
        Assert.Equal(((FileKind)kind, inode), (found, number));
    }

    [Theory]
    [InlineData("anon_inode:[eventpoll]")]
    [InlineData("anon_inode:bpf_iter")]
    [InlineData("anon_inode:bpf-progs")]
    [InlineData("mnt:[4026531832]")]
    [InlineData("net:[]")]
    [InlineData("/tmp/anon_inode:bpf-prog")]
    [InlineData("")]
    public void Anything_else_is_no_object_of_ours(string target)
    {
        Assert.False(DescriptorTarget.TryParse(Encoding.ASCII.GetBytes(target), out _, out _));
    }
}
