using System.Text.Json.Serialization;

namespace XdpAudit.Abstractions;

/// <summary>A program in force at an attach point.</summary>
public sealed record AttachmentView
{
    /// <summary>Where.</summary>
    public required AttachPointKey AttachPoint { get; init; }

    /// <summary>Namespace cookie.</summary>
    public required NetnsCookie Netns { get; init; }

    /// <summary>Namespace name (ip-netns(8)); null if none.</summary>
    public string? NetnsName { get; init; }

    /// <summary>The namespace is the auditor's own.</summary>
    public bool OwnNetns { get; init; }

    /// <summary>A path by which the namespace can be entered; null when none is known.</summary>
    public string? NetnsPath { get; init; }

    /// <summary>The interface's number.</summary>
    [JsonPropertyName("ifindex")]
    public required IfIndex IfIndex { get; init; }

    /// <summary>The interface's name.</summary>
    [JsonPropertyName("ifname")]
    public required string IfName { get; init; }

    /// <summary>The mode.</summary>
    public required XdpMode Mode { get; init; }

    /// <summary>The program, by kernel id.</summary>
    public required KernelProgramId ProgramId { get; init; }

    /// <summary>The program.</summary>
    public required ProgramKey Program { get; init; }

    /// <summary>Its name.</summary>
    public string ProgramName { get; init; } = "";

    /// <summary><c>link</c> or <c>netlink</c>.</summary>
    public required string By { get; init; }

    /// <summary>The link; null for netlink.</summary>
    public KernelLinkId? LinkId { get; init; }

    /// <summary>Since when, UTC; the latest moment it can have begun.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Who attached it; null when nobody saw it.</summary>
    public ProcessIdentity? AttachedBy { get; init; }

    /// <summary>The operation that attached it; null when it was not ours.</summary>
    public OperationId? Operation { get; init; }

    /// <summary>The last time another program was put in the place of the one in force here; null if never.</summary>
    public ReplacedView? Replaced { get; init; }

    /// <summary>Journal position of the event that began it.</summary>
    public long FirstPosition { get; init; }
}

/// <summary>A replacement at an attach point.</summary>
public sealed record ReplacedView
{
    /// <summary>The program that was there.</summary>
    public required ProgramKey OldProgram { get; init; }

    /// <summary>Its name.</summary>
    public required string OldName { get; init; }

    /// <summary>Its tag: the same tag means the same code again.</summary>
    public ProgramTag? OldTag { get; init; }

    /// <summary>The uid that loaded it.</summary>
    public uint? OldUid { get; init; }

    /// <summary>The operation that had put it there; null when it was not ours.</summary>
    public OperationId? OldOperation { get; init; }

    /// <summary>When, at the latest, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The operation that replaced it; null when it was not ours.</summary>
    public OperationId? Operation { get; init; }

    /// <summary>Journal position of the replacement.</summary>
    public required long Position { get; init; }
}
