using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using XdpAudit.Plugins.Libxdp;

namespace XdpAudit.Plugins.Tests;

// The programs that these tests load, and what others say of them.
public sealed partial class LibxdpDispatchers
{
    private const string Ordered =
        """
        #include <linux/bpf.h>
        #include <bpf/bpf_helpers.h>
        struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u64); } runs SEC(".maps");
        static int run(int verdict)
        {
            __u32 key = 0; __u64 *n = bpf_map_lookup_elem(&runs, &key);
            if (n) __sync_fetch_and_add(n, 1);
            return verdict;
        }
        SEC("xdp") int passes(struct xdp_md *ctx) { return run(XDP_PASS); }
        SEC("xdp") int drops(struct xdp_md *ctx) { return run(XDP_DROP); }
        char _license[] SEC("license") = "GPL";
        """;

    private SampleObject? _ordered;

    private SampleObject InOrder => _ordered ??= World.Object("ordered", Ordered, "passes");

    private async Task<LoadedProgram> LoadedAsync(string program, LibxdpExecutor? by = null) => await DoneAsync((by ?? Executor).LoadAsync(Loading(InOrder, program), Op(), Never));

    private async Task<AttachedProgram> AttachedAsync(LoadedProgram program, InterfaceRef at) => await DoneAsync(Executor.AttachAsync(Attaching(program, at), Op(), Never));

    /// <summary>The same programs, one of which says where it runs.</summary>
    private SampleObject Configured(string config) =>
        World.Object("configured", Ordered.Replace("char _license", $"struct {{ {config} }} _passes SEC(\".xdp_run_config\");\nchar _license", StringComparison.Ordinal), "passes");

    private KernelProgramId DispatcherAt(InterfaceRef at, XdpMode mode = XdpMode.Generic)
    {
        var there = Assert.Single(World.InForce(at));
        Assert.Equal((mode, "xdp_dispatcher"), (there.Mode, World.Program(there.Program)!.Name));
        return there.Program;
    }

    private static IReadOnlyList<string> PinsOf(InterfaceRef at) =>
        Directory.Exists(State) ? [.. Directory.GetDirectories(State, $"dispatch-{at.IfIndex}-*").Select(d => Path.GetFileName(d))] : [];

    /// <summary>The programs under the dispatcher in the order they run, as libxdp's own tool shows them: lines <c> =>  50  passes  1a2b  XDP_PASS</c> with the id in the fourth column.</summary>
    private static IReadOnlyList<string> MembersByLoader(InterfaceRef at)
    {
        var answer = Loader(at, "status", at.Name);
        Assert.True(answer.ExitCode == 0, answer.Errors + answer.Output);
        return [.. answer.Output.Split('\n').Where(l => l.TrimStart().StartsWith("=>", StringComparison.Ordinal)).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3])];
    }

    /// <summary>Sends one packet through a program and returns its verdict.</summary>
    private int RunOnce(KernelProgramId program)
    {
        var packet = $"{World.Folder}/packet";
        File.WriteAllBytes(packet, new byte[64]);
        var answer = JsonDocument.Parse(Shell.Run("bpftool", "-j", "prog", "run", "id", Number(program), "data_in", packet, "data_out", packet + ".out")).RootElement;
        return answer.GetProperty("retval").GetInt32();
    }

    /// <summary>How often a program has run, by its own account.</summary>
    private ulong Runs(LoadedProgram program)
    {
        var map = World.Program(program.Id)!.MapIds.Single(m => MapName(m) == "runs");
        var value = JsonDocument.Parse(Shell.Run("bpftool", "-j", "map", "lookup", "id", map.Value.ToString(CultureInfo.InvariantCulture), "key", "0", "0", "0", "0")).RootElement.GetProperty("value");
        var bytes = value.EnumerateArray().Select(b => Convert.ToByte(b.GetString()!, 16)).ToArray();
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    private static string MapName(KernelMapId map) =>
        JsonDocument.Parse(Shell.Run("bpftool", "-j", "map", "show", "id", map.Value.ToString(CultureInfo.InvariantCulture))).RootElement.GetProperty("name").GetString()!;
}
