using System.Text.Json.Serialization;

namespace XdpAudit.Abstractions;

/// <summary>An interface as rtnetlink told it in its own namespace (rtnetlink(7), RTM_GETLINK).</summary>
public sealed record ObservedInterface
{
    /// <summary>The namespace it is in.</summary>
    public required NetnsCookie Netns { get; init; }

    /// <summary>Its number there.</summary>
    [JsonPropertyName("ifindex")]
    public required IfIndex IfIndex { get; init; }

    /// <summary>IFLA_IFNAME, control characters escaped.</summary>
    public required string Name { get; init; }

    /// <summary>IFLA_INFO_KIND, for example <c>veth</c>; null for devices without one.</summary>
    public string? Kind { get; init; }

    /// <summary>IFLA_ADDRESS as hexadecimal pairs with colons; null if none.</summary>
    public string? Address { get; init; }

    /// <summary>IFF_UP.</summary>
    public bool Up { get; init; }

    /// <summary>The programs in force, IFLA_XDP: at most one per mode, and native and generic exclude each other.</summary>
    public IReadOnlyList<ObservedXdp> Xdp { get; init; } = [];
}

/// <summary>One program in force at an interface: IFLA_XDP_DRV_PROG_ID, _SKB_PROG_ID or _HW_PROG_ID. Rtnetlink does not say whether a link holds it.</summary>
public sealed record ObservedXdp(XdpMode Mode, KernelProgramId Program);

/// <summary>A network namespace that was found, and whether its interfaces could be read.</summary>
public sealed record ObservedNamespace
{
    /// <summary>Its cookie.</summary>
    public required NetnsCookie Cookie { get; init; }

    /// <summary>Its inode.</summary>
    public required NetnsInode Inode { get; init; }

    /// <summary>The name under <c>/run/netns</c> (ip-netns(8)); null when it has none.</summary>
    public string? Name { get; init; }

    /// <summary>A path by which it can be entered, such as <c>/proc/123/ns/net</c>; null when only a handle reaches it.</summary>
    public string? Path { get; init; }

    /// <summary>The auditor's own.</summary>
    public bool Own { get; init; }

    /// <summary>All its interfaces were read.</summary>
    public bool Complete { get; init; }
}
