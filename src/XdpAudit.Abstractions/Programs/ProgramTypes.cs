using System.Globalization;

namespace XdpAudit.Abstractions;

/// <summary>enum bpf_prog_type (bpf.h) in bpftool's words.</summary>
public static class ProgramTypes
{
    private static readonly string[] Names =
    [
        "unspec", "socket_filter", "kprobe", "sched_cls", "sched_act", "tracepoint", "xdp", "perf_event", "cgroup_skb", "cgroup_sock", "lwt_in",
        "lwt_out", "lwt_xmit", "sock_ops", "sk_skb", "cgroup_device", "sk_msg", "raw_tracepoint", "cgroup_sock_addr", "lwt_seg6local",
        "lirc_mode2", "sk_reuseport", "flow_dissector", "cgroup_sysctl", "raw_tracepoint_writable", "cgroup_sockopt", "tracing", "struct_ops",
        "ext", "lsm", "sk_lookup", "syscall", "netfilter",
    ];

    /// <summary>The word; <c>type N</c> for one we have none for.</summary>
    public static string Name(uint type) => type < Names.Length ? Names[type] : string.Create(CultureInfo.InvariantCulture, $"type {type}");
}
