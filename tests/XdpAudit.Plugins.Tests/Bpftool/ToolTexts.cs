using System.Security.Cryptography;
using System.Text;
using XdpAudit.Plugins.Bpftool;

namespace XdpAudit.Plugins.Tests;

/// <summary>What is read out of the tools' words and out of object files.</summary>
public sealed class ToolTexts
{
    public static TheoryData<string, string, string, int?, string?> Complaints => new()
    {
        { """{"error":"interface xdpdrv attach failed: Device or resource busy"}""", "libbpf: Kernel error message: XDP program already attached\n", "interface xdpdrv attach failed: Device or resource busy", 16, "XDP program already attached" },
        { """{"error":"interface xdpdrv attach failed: Operation not supported"}""", "", "interface xdpdrv attach failed: Operation not supported", 95, null },
        { """{"error":"get by id (9): No such file or directory"}""", "", "get by id (9): No such file or directory", 2, null },
        { """{"error":"failed to open object file"}""", "libbpf: elf: /bin/true is not a valid eBPF object file\n", "failed to open object file: elf: /bin/true is not a valid eBPF object file", null, null },
        { "", "Warning: more stringent\nlibbpf: failed to guess program type from ELF section 'x'\nlibbpf: supported section(type) names are: socket xdp\n", "failed to guess program type from ELF section 'x'", null, null },
        { """{"error":"failed to pin program xdp"}""", "", "failed to pin program xdp", null, null },
        { """{"error":"failed link detach: Resource busy"}""", "", "failed link detach: Resource busy", 16, null },
        { "", "RTNETLINK answers: File exists\n", "File exists", 17, null },
        { "", "Error: XDP program already attached.\n", "XDP program already attached.", null, null },
        { "", "Error: failed to get link: Operation not permitted\n", "failed to get link: Operation not permitted", 1, null },
        { "{\"error\":7}", "one\ntwo\n", "two", null, null },
        { "not json", "", "", null, null },
        { "null", "", "", null, null },
    };

    [Theory]
    [MemberData(nameof(Complaints))]
    public void A_complaint_is_read_with_its_errno_and_the_kernels_word(string output, string errors, string said, int? errno, string? extAck)
    {
        Assert.Equal(new Complaint(said, errno, extAck), Complaint.Of(output, errors));
    }

    [Theory]
    [InlineData("-13", 13)]
    [InlineData("-EACCES", 13)]
    [InlineData("-E2BIG", 7)]
    public void The_verifiers_log_is_read_from_what_libbpf_prints(string number, int errno)
    {
        var log = VerifierLog.Find($"""
            libbpf: map 'counters': created successfully, fd=4
            libbpf: prog 'refd': BPF program load failed: Permission denied
            libbpf: prog 'refd': -- BEGIN PROG LOAD LOG --
            0: R1=ctx() R10=fp0
            ; return "-- END PROG LOAD LOG --" @ hostile.c:1
            -- END PROG LOAD LOG --
            invalid access to packet
            -- END PROG LOAD LOG --
            libbpf: prog 'refd': failed to load: {number}
            libbpf: failed to load object '/tmp/refd.bpf.o'

            """);

        Assert.Equal(("refd", errno), (log!.Program, log.Errno));
        Assert.StartsWith("0: R1=ctx()", log.Text, StringComparison.Ordinal);
        Assert.EndsWith("invalid access to packet\n", log.Text, StringComparison.Ordinal);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(log.Text))), log.Artifact(4).Sha256);
        Assert.Equal(("0: R", true), (log.Artifact(4).Text, log.Artifact(4).Truncated));
    }

    [Fact]
    public void A_load_that_was_refused_without_a_log_has_none()
    {
        var log = VerifierLog.Find("libbpf: prog 'ext': BPF program load failed: Operation not permitted\nlibbpf: prog 'ext': failed to load: -1\n");

        Assert.Equal(new VerifierLog("ext", 1, ""), log);
        Assert.Null(VerifierLog.Find("libbpf: failed to guess program type from ELF section 'x'\n"));
        Assert.Null(VerifierLog.Find(": failed to load: -1"));
    }

    [Fact]
    public void The_programs_of_an_object_come_in_the_order_in_which_libbpf_takes_them()
    {
        Requires.RootAndBpf();
        Requires.Tool("clang");
        using var lab = new Lab();
        var path = lab.CompileBpf("order", """
            #include <linux/bpf.h>
            #include <bpf/bpf_helpers.h>
            struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u64); } counted SEC(".maps");
            __attribute__((noinline)) static int helper(int x) { __u32 k = x; return bpf_map_lookup_elem(&counted, &k) ? 1 : 2; }
            SEC("xdp") int zebra(struct xdp_md *ctx) { return helper(ctx->rx_queue_index); }
            SEC("tc") int middle(struct __sk_buff *skb) { return 0; }
            SEC("xdp") int apple(struct xdp_md *ctx) { return XDP_PASS; }
            char _license[] SEC("license") = "GPL";
            """);
        var bytes = File.ReadAllBytes(path);

        Assert.True(ElfObject.TryParse(bytes, out var found, out _));
        Shell.Run("bpftool", "prog", "loadall", path, $"{lab.Bpffs}/all");

        Assert.Equal(["zebra", "apple", "middle"], found.Programs);
        Assert.Equal(["counted"], found.Maps);
        Assert.Equal(Directory.GetFiles($"{lab.Bpffs}/all").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal), found.Programs.Order(StringComparer.Ordinal));
        Shell.Run("bpftool", "prog", "load", path, $"{lab.Bpffs}/first");
        Assert.Contains("name zebra", Shell.Run("bpftool", "prog", "show", "pinned", $"{lab.Bpffs}/first"), StringComparison.Ordinal);
        Damage(bytes);
    }

    [Theory]
    [InlineData("/bin/true", "no BPF object")]
    [InlineData("/etc/passwd", "no 64-bit ELF file")]
    [InlineData("/dev/null", "no 64-bit ELF file")]
    public void What_is_no_bpf_object_is_told(string path, string why)
    {
        Assert.False(ElfObject.TryParse(File.ReadAllBytes(path), out _, out var fault));
        Assert.Contains(why, fault, StringComparison.Ordinal);
    }

    // A damaged object says that it is, or tells less: it is never read beyond its end.
    private static void Damage(byte[] whole)
    {
        const int seed = 20260211;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var length = 0; length < whole.Length; length += 7)
        {
            Assert.Equal(ElfObject.TryParse(whole.AsSpan(0, length), out _, out var fault), fault.Length == 0);
        }

        for (var i = 0; i < 2000; i++)
        {
            var damaged = whole.ToArray();
            for (var j = random.Next(1, 8); j > 0; j--)
            {
                damaged[random.Next(2) == 0 ? random.Next(64) : random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            Assert.Equal(ElfObject.TryParse(damaged, out _, out var fault), fault.Length == 0);
        }
    }
}
