using System.Globalization;

namespace XdpAudit.Kernel;

/// <summary>enum bpf_link_type (bpf.h) in bpftool's words.</summary>
internal static class LinkTypes
{
    internal const uint Tracing = 2;
    internal const uint Xdp = 6;

    private static readonly string[] Names =
    [
        "unspec", "raw_tracepoint", "tracing", "cgroup", "iter", "netns", "xdp", "perf_event", "kprobe_multi", "struct_ops", "netfilter", "tcx",
        "uprobe_multi", "netkit", "sockmap",
    ];

    internal static string Name(uint type) => type < Names.Length ? Names[type] : string.Create(CultureInfo.InvariantCulture, $"type {type}");
}
