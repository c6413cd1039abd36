using System.Globalization;

namespace XdpAudit.Server.Demo;

/// <summary>
/// A corner of the real kernel that belongs to one demo: a network namespace with a veth pair, a bpffs, a data directory.
/// A keeper takes it all away when the demo ends, also when it is killed.
/// </summary>
internal sealed class DemoStage : IAsyncDisposable
{
    private const string Source =
        """
        #include <linux/bpf.h>
        #include <bpf/bpf_helpers.h>
        struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u64); } packets SEC(".maps");
        static __always_inline void count(void)
        {
            __u32 key = 0; __u64 *n = bpf_map_lookup_elem(&packets, &key);
            if (n) __sync_fetch_and_add(n, 1);
        }
        SEC("xdp") int count_packets(struct xdp_md *ctx) { count(); return XDP_PASS; }
        SEC("xdp/filter") int drop_nothing(struct xdp_md *ctx) { count(); return ctx->data == ctx->data_end ? XDP_DROP : XDP_PASS; }
        char _license[] SEC("license") = "GPL";
        """;

    private readonly Keeper _keeper;

    private DemoStage(string name, UpOptions options)
    {
        Netns = name;
        _keeper = new(TakeAway(name));
        Options = options with { Data = $"{Folder}/data", Bpffs = $"{Folder}/bpf/xdpaudit" };
    }

    /// <summary>The options with the stage's own places.</summary>
    internal UpOptions Options { get; }

    /// <summary>The namespace's name.</summary>
    internal string Netns { get; }

    internal string Folder => $"/tmp/{Netns}";

    internal string Bpffs => $"{Folder}/bpf";

    internal string ObjectPath => $"{Folder}/sample.bpf.o";

    /// <exception cref="StartException">Something is missing or refused.</exception>
    internal static DemoStage Build(UpOptions options)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            throw new StartException("cannot make a network namespace for the demo: needs root; use sudo", ExitCode.NotAllowed);
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"xdpaudit-demo-{Environment.ProcessId}");
        var stage = new DemoStage(name, options);
        try
        {
            Tool.Run("mkdir", "-p", stage.Bpffs);
            Tool.Run("chmod", "0711", stage.Folder);
            Tool.Run("mount", "-t", "bpf", "bpf", stage.Bpffs);
            Tool.Run("ip", "netns", "add", name);
            Tool.Run("ip", "-n", name, "link", "add", "demo0", "type", "veth", "peer", "name", "demo1");
            Tool.Run("ip", "-n", name, "link", "set", "demo0", "up");
            Tool.Run("ip", "-n", name, "link", "set", "demo1", "up");
            File.WriteAllText($"{stage.Folder}/sample.bpf.c", Source);
            Tool.Run("clang", "-O2", "-g", "-target", "bpf", $"-I/usr/include/{Triplet}", "-c", $"{stage.Folder}/sample.bpf.c", "-o", stage.ObjectPath);
            return stage;
        }
        catch
        {
            stage._keeper.Release();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _keeper.DisposeAsync();

    private static string Triplet => System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64
        ? "aarch64-linux-gnu" : "x86_64-linux-gnu";

    // The private cluster stops by itself when the auditor ends; its files may go only after that.
    private static string TakeAway(string name) =>
        $"""
        ip netns del {name} 2>/dev/null
        n=0; while [ -e /tmp/{name}/data/pg/data/postmaster.pid ] && [ $n -lt 100 ]; do sleep 0.1; n=$((n+1)); done
        umount /tmp/{name}/bpf 2>/dev/null || umount -l /tmp/{name}/bpf 2>/dev/null
        rm -rf /tmp/{name}
        """;
}
