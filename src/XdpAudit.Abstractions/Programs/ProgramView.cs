using System.Text.Json.Serialization;

namespace XdpAudit.Abstractions;

/// <summary>What is known of a program at one moment.</summary>
public sealed record ProgramView
{
    /// <summary>Our identity.</summary>
    public required ProgramKey Key { get; init; }

    /// <summary>The kernel's id.</summary>
    public required KernelProgramId Id { get; init; }

    /// <summary>Type as bpftool writes it.</summary>
    public required string Type { get; init; }

    /// <summary>Name; empty if none.</summary>
    public required string Name { get; init; }

    /// <summary>The kernel's digest.</summary>
    public ProgramTag? Tag { get; init; }

    /// <summary>When the kernel loaded it, UTC, from its load time.</summary>
    public required DateTimeOffset LoadedAt { get; init; }

    /// <summary>The uid that loaded it.</summary>
    public uint? Uid { get; init; }

    /// <summary>Who loaded it; null when nobody saw it.</summary>
    public ProcessIdentity? LoadedBy { get; init; }

    /// <summary>One of <see cref="ProgramStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>Where it is in force.</summary>
    public IReadOnlyList<ProgramAttachment> Attachments { get; init; } = [];

    /// <summary>What keeps it alive.</summary>
    public IReadOnlyList<HolderView> Holders { get; init; } = [];

    /// <summary>Its pins.</summary>
    public IReadOnlyList<PinPath> Pins { get; init; } = [];

    /// <summary>Its maps.</summary>
    public IReadOnlyList<KernelMapId> MapIds { get; init; } = [];

    /// <summary>Bytes of locked memory.</summary>
    public ulong? MemlockBytes { get; init; }

    /// <summary>When we first saw it, UTC.</summary>
    public required DateTimeOffset FirstSeen { get; init; }

    /// <summary>Since when it has been without any attachment, UTC; null while attached.</summary>
    public DateTimeOffset? UnattachedSince { get; init; }

    /// <summary>Where it was attached before, and is no longer.</summary>
    public IReadOnlyList<FormerAttachment> FormerAttachments { get; init; } = [];

    /// <summary>How it ended; null while loaded.</summary>
    public EndView? Ended { get; init; }

    /// <summary>The operation that loaded it; null when it was not ours.</summary>
    public OperationId? Operation { get; init; }

    /// <summary>References the kernel counts beyond all that are explained; null when it does not tell. A hint, never a verdict.</summary>
    public long? UnexplainedReferences { get; init; }

    /// <summary>In one sentence: why it is still there, or how it went.</summary>
    public string Why { get; init; } = "";

    /// <summary>Journal position of the event that began it.</summary>
    public long FirstPosition { get; init; }

    /// <summary>Journal position of the last event about it.</summary>
    public long LastPosition { get; init; }
}

/// <summary>States of a program.</summary>
public static class ProgramStates
{
    /// <summary>In force at one attach point at least.</summary>
    public const string Attached = "attached";

    /// <summary>Loaded, in force nowhere.</summary>
    public const string Retained = "retained";

    /// <summary>Gone from the kernel.</summary>
    public const string Unloaded = "unloaded";

    /// <summary>Could not be looked at.</summary>
    public const string Unknown = "unknown";
}

/// <summary>One place where a program is in force.</summary>
public sealed record ProgramAttachment
{
    /// <summary>The link that holds it; null for netlink.</summary>
    public required KernelLinkId? LinkId { get; init; }

    /// <summary>Namespace cookie.</summary>
    public required NetnsCookie Netns { get; init; }

    /// <summary>Namespace name (ip-netns(8)); null if none.</summary>
    public string? NetnsName { get; init; }

    /// <summary>The interface's number.</summary>
    [JsonPropertyName("ifindex")]
    public required IfIndex IfIndex { get; init; }

    /// <summary>The interface's name.</summary>
    [JsonPropertyName("ifname")]
    public required string IfName { get; init; }

    /// <summary>The mode.</summary>
    public required XdpMode Mode { get; init; }

    /// <summary>Since when, UTC; the latest moment it can have begun.</summary>
    public required DateTimeOffset Since { get; init; }
}

/// <summary>A place where a program was in force.</summary>
public sealed record FormerAttachment
{
    /// <summary>Where.</summary>
    public required AttachPointKey AttachPoint { get; init; }

    /// <summary>The interface's name then.</summary>
    [JsonPropertyName("ifname")]
    public required string IfName { get; init; }

    /// <summary>The mode.</summary>
    public required XdpMode Mode { get; init; }

    /// <summary>When it ended, UTC, at the latest.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>Why: <c>asked</c>, <c>interface-gone</c>, <c>netns-gone</c>, <c>interface-moved</c>, <c>replaced</c>, <c>unknown</c>.</summary>
    public required string Why { get; init; }

    /// <summary>The operation that ended it; null when it was not ours.</summary>
    public OperationId? Operation { get; init; }
}

/// <summary>How something ended.</summary>
public sealed record EndView
{
    /// <summary>When.</summary>
    public required Occurrence Occurred { get; init; }

    /// <summary>Why, in words.</summary>
    public required string Why { get; init; }

    /// <summary>The operation that ended it; null when it was not ours.</summary>
    public OperationId? Operation { get; init; }
}
