using System.Globalization;

namespace XdpAudit.Kernel;

/// <summary>enum bpf_map_type (bpf.h) in bpftool's words.</summary>
internal static class MapTypes
{
    internal const uint ProgArray = 3;
    internal const uint Devmap = 14;
    internal const uint Cpumap = 16;
    internal const uint DevmapHash = 25;

    private static readonly string[] Names =
    [
        "unspec", "hash", "array", "prog_array", "perf_event_array", "percpu_hash", "percpu_array", "stack_trace", "cgroup_array", "lru_hash",
        "lru_percpu_hash", "lpm_trie", "array_of_maps", "hash_of_maps", "devmap", "sockmap", "cpumap", "xskmap", "sockhash", "cgroup_storage",
        "reuseport_sockarray", "percpu_cgroup_storage", "queue", "stack", "sk_storage", "devmap_hash", "struct_ops", "ringbuf", "inode_storage",
        "task_storage", "bloom_filter", "user_ringbuf", "cgrp_storage", "arena",
    ];

    internal static string Name(uint type) => type < Names.Length ? Names[type] : string.Create(CultureInfo.InvariantCulture, $"type {type}");
}
