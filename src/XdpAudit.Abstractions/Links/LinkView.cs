using System.Text.Json.Serialization;

namespace XdpAudit.Abstractions;

/// <summary>What is known of a link at one moment.</summary>
public sealed record LinkView
{
    /// <summary>Our identity.</summary>
    public required LinkKey Key { get; init; }

    /// <summary>The kernel's id.</summary>
    public required KernelLinkId Id { get; init; }

    /// <summary>Type as bpftool writes it.</summary>
    public required string Type { get; init; }

    /// <summary>One of <see cref="LinkStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>The program it holds, by kernel id.</summary>
    public required KernelProgramId ProgramId { get; init; }

    /// <summary>The program it holds.</summary>
    public ProgramKey? Program { get; init; }

    /// <summary>Its program's name.</summary>
    public string ProgramName { get; init; } = "";

    /// <summary>Where it is, or was before it became defunct; null when never known.</summary>
    public AttachPointKey? AttachPoint { get; init; }

    /// <summary>Namespace name (ip-netns(8)); null if none.</summary>
    public string? NetnsName { get; init; }

    /// <summary>The interface's name; empty when never known.</summary>
    [JsonPropertyName("ifname")]
    public string IfName { get; init; } = "";

    /// <summary>The mode.</summary>
    public XdpMode Mode { get; init; }

    /// <summary>Since when it has been defunct, UTC; null otherwise.</summary>
    public DateTimeOffset? DefunctSince { get; init; }

    /// <summary>Why it is defunct: <c>asked</c>, <c>interface-gone</c>, <c>netns-gone</c>, <c>unknown</c>; null otherwise.</summary>
    public string? DefunctWhy { get; init; }

    /// <summary>What keeps it alive.</summary>
    public IReadOnlyList<HolderView> Holders { get; init; } = [];

    /// <summary>Its pins.</summary>
    public IReadOnlyList<PinPath> Pins { get; init; } = [];

    /// <summary>When we first saw it, UTC.</summary>
    public required DateTimeOffset FirstSeen { get; init; }

    /// <summary>How it ended; null while it exists.</summary>
    public EndView? Ended { get; init; }

    /// <summary>The operation that made it; null when it was not ours.</summary>
    public OperationId? Operation { get; init; }

    /// <summary>Journal position of the event that began it.</summary>
    public long FirstPosition { get; init; }

    /// <summary>Journal position of the last event about it.</summary>
    public long LastPosition { get; init; }
}

/// <summary>States of a link.</summary>
public static class LinkStates
{
    /// <summary>Its program is in force.</summary>
    public const string Attached = "attached";

    /// <summary>Kept by fds or pins only; its interface is gone or it was detached. It still holds its program.</summary>
    public const string Defunct = "defunct";

    /// <summary>Gone from the kernel.</summary>
    public const string Released = "released";

    /// <summary>Could not be looked at.</summary>
    public const string Unknown = "unknown";
}
