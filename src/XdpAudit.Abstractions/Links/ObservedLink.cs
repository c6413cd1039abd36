using System.Text.Json.Serialization;

namespace XdpAudit.Abstractions;

/// <summary>A link as one look at the kernel found it. Null means that this kernel, or the method used, does not report it.</summary>
public sealed record ObservedLink
{
    /// <summary><c>bpf_link_info.id</c>.</summary>
    public required KernelLinkId Id { get; init; }

    /// <summary>Link type as bpftool writes it: <c>xdp</c>, <c>tracing</c>.</summary>
    public required string Type { get; init; }

    /// <summary><c>bpf_link_info.prog_id</c>; stays when the link is defunct.</summary>
    public required KernelProgramId ProgramId { get; init; }

    /// <summary>XDP: the interface, 0 when the link is defunct; null for other types.</summary>
    [JsonPropertyName("ifindex")]
    public IfIndex? IfIndex { get; init; }

    /// <summary>XDP: the namespace of the interface, from <c>iter/bpf_link</c>; null from the id walk, which does not report it.</summary>
    public NetnsCookie? Netns { get; init; }

    /// <summary>XDP: inode of that namespace, from <c>iter/bpf_link</c>.</summary>
    public NetnsInode? NetnsInode { get; init; }

    /// <summary>XDP: the interface's name, from <c>iter/bpf_link</c>.</summary>
    [JsonPropertyName("ifname")]
    public string? IfName { get; init; }

    /// <summary>XDP: the mode, from <c>iter/bpf_link</c>; Unknown when asked for none.</summary>
    public XdpMode? Mode { get; init; }

    /// <summary>Tracing: the program that is extended or traced.</summary>
    public KernelProgramId? TargetProgramId { get; init; }

    /// <summary>All references the kernel counts, from <c>iter/bpf_link</c>. A hint, never a verdict.</summary>
    public long? References { get; init; }

    /// <summary>An XDP link whose interface is gone or that was detached; only its fds and pins keep it.</summary>
    public bool Defunct => Type == "xdp" && IfIndex is { Value: 0 };
}
