namespace XdpAudit.Core;

/// <summary>A program's life: loaded until its last reference goes, wherever it was attached meanwhile.</summary>
public sealed record ProgramState : KernelObjectState
{
    /// <summary>What was recorded when it was first seen.</summary>
    public required ProgramFacts Facts { get; init; }

    /// <summary>Who loaded it.</summary>
    public required Actor LoadedBy { get; init; }

    /// <summary>Its maps now.</summary>
    public required IReadOnlyList<KernelMapId> MapIds { get; init; }

    /// <summary>Where it is in force.</summary>
    public IReadOnlyList<InForce> Attachments { get; init; } = [];

    /// <summary>Where it was in force; the last end of each place.</summary>
    public IReadOnlyList<FormerAttachment> Former { get; init; } = [];

    /// <summary>Links that hold it, defunct ones too.</summary>
    public IReadOnlyList<LinkKey> Links { get; init; } = [];

    /// <summary>Since when it has been in force nowhere, UTC; null while it is.</summary>
    public DateTimeOffset? UnattachedSince { get; init; }
}

/// <summary>One place where a program is in force.</summary>
/// <param name="AttachPoint">Where.</param>
/// <param name="Interface">Its names.</param>
/// <param name="Mode">The mode.</param>
/// <param name="Link">The link that holds it; null for netlink.</param>
/// <param name="Since">Since when, UTC, at the latest.</param>
public sealed record InForce(AttachPointKey AttachPoint, InterfaceFacts Interface, XdpMode Mode, LinkKey? Link, DateTimeOffset Since);
