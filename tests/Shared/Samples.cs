namespace XdpAudit.Testing;

/// <summary>Small BPF programs that many tests load.</summary>
internal static class Samples
{
    /// <summary>Two XDP programs, pass and drop-nothing, and a map, in one object.</summary>
    internal const string Pass =
        """
        #include <linux/bpf.h>
        #include <bpf/bpf_helpers.h>
        struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u64); } counters SEC(".maps");
        SEC("xdp") int sample_pass(struct xdp_md *ctx)
        {
            __u32 key = 0; __u64 *n = bpf_map_lookup_elem(&counters, &key);
            if (n) __sync_fetch_and_add(n, 1);
            return XDP_PASS;
        }
        SEC("xdp") int sample_other(struct xdp_md *ctx) { return ctx->data == ctx->data_end ? XDP_DROP : XDP_PASS; }
        char _license[] SEC("license") = "GPL";
        """;

    /// <summary>A program the verifier refuses: it reads past the end of the packet.</summary>
    internal const string Refused =
        """
        #include <linux/bpf.h>
        #include <bpf/bpf_helpers.h>
        SEC("xdp") int sample_refused(struct xdp_md *ctx) { return *(int *)(long)ctx->data; }
        char _license[] SEC("license") = "GPL";
        """;
}
