using System.Globalization;

namespace XdpAudit.Abstractions;

/// <summary>enum bpf_link_type (bpf.h) in bpftool's words.</summary>
public static class LinkTypes
{
    /// <summary>BPF_LINK_TYPE_TRACING.</summary>
    public const uint Tracing = 2;

    /// <summary>BPF_LINK_TYPE_XDP.</summary>
    public const uint Xdp = 6;

    private static readonly string[] Names =
    [
        "unspec", "raw_tracepoint", "tracing", "cgroup", "iter", "netns", "xdp", "perf_event", "kprobe_multi", "struct_ops", "netfilter", "tcx",
        "uprobe_multi", "netkit", "sockmap",
    ];

    /// <summary>The word; <c>type N</c> for one we have none for.</summary>
    public static string Name(uint type) => type < Names.Length ? Names[type] : string.Create(CultureInfo.InvariantCulture, $"type {type}");
}
