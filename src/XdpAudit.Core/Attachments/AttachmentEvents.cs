using System.Text.Json.Serialization;

namespace XdpAudit.Core;

/// <summary>The interface of an attach point, as named at the time.</summary>
/// <param name="Name">The interface's name.</param>
/// <param name="NetnsName">The namespace's name; null if none.</param>
/// <param name="NetnsInode">The namespace's inode then; null when not known.</param>
/// <param name="NetnsPath">A path by which it could be entered then; null when none.</param>
/// <param name="OwnNetns">It is the auditor's own namespace.</param>
public sealed record InterfaceFacts(string Name, string? NetnsName, NetnsInode? NetnsInode, string? NetnsPath, bool OwnNetns);

/// <summary>A program came into force at an attach point.</summary>
public sealed record AttachmentEstablished(AttachPointKey AttachPoint, InterfaceFacts Interface, XdpMode Mode, ProgramKey Program, string ProgramName, LinkKey? Link) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => Link is { } l ? [AttachPoint.Value, Program.Value, l.Value] : [AttachPoint.Value, Program.Value];
}

/// <summary>Another program came into force in the place of the one that was.</summary>
public sealed record AttachmentReplaced(
    AttachPointKey AttachPoint,
    InterfaceFacts Interface,
    XdpMode Mode,
    ProgramKey OldProgram,
    ReplacedProgram Old,
    ProgramKey NewProgram,
    string NewName,
    LinkKey? Link) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects =>
        Link is { } l ? [AttachPoint.Value, OldProgram.Value, NewProgram.Value, l.Value] : [AttachPoint.Value, OldProgram.Value, NewProgram.Value];
}

/// <summary>What was known of the program that was replaced.</summary>
public sealed record ReplacedProgram(string Name, ProgramTag? Tag, uint? Uid, OperationId? Operation);

/// <summary>A program is no longer in force at an attach point.</summary>
/// <param name="AttachPoint">Where it was.</param>
/// <param name="IfName">The interface's name then.</param>
/// <param name="Mode">The mode it was in.</param>
/// <param name="Program">The program.</param>
/// <param name="Link">The link that held it; null for netlink.</param>
/// <param name="Why">One of <see cref="EndReason"/>.</param>
public sealed record AttachmentRemoved(AttachPointKey AttachPoint, [property: JsonPropertyName("ifname")] string IfName, XdpMode Mode, ProgramKey Program, LinkKey? Link, string Why) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => Link is { } l ? [AttachPoint.Value, Program.Value, l.Value] : [AttachPoint.Value, Program.Value];
}

/// <summary>An interface with an attachment, now or before, got another name.</summary>
/// <param name="AttachPoint">Which.</param>
/// <param name="OldName">The name before.</param>
/// <param name="NewName">The name now.</param>
/// <param name="Concerned">Keys of the programs and links attached there.</param>
public sealed record InterfaceRenamed(AttachPointKey AttachPoint, string OldName, string NewName, IReadOnlyList<string> Concerned) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [AttachPoint.Value, .. Concerned];
}

/// <summary>An interface with an attachment moved to another namespace, or got another number; what is attached stayed in force.</summary>
/// <param name="From">Where it was.</param>
/// <param name="To">Where it is.</param>
/// <param name="Interface">Its names there.</param>
/// <param name="InForce">What moved with it.</param>
public sealed record InterfaceMoved(AttachPointKey From, AttachPointKey To, InterfaceFacts Interface, IReadOnlyList<MovedAttachment> InForce) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects =>
        [From.Value, To.Value, .. InForce.Select(a => a.Program.Value), .. InForce.Where(a => a.Link is not null).Select(a => a.Link!.Value.Value)];
}

/// <summary>A program in force that moved with its interface.</summary>
public sealed record MovedAttachment(XdpMode Mode, ProgramKey Program, string ProgramName, LinkKey? Link);

/// <summary>An interface that had an attachment, now or before, is gone.</summary>
public sealed record InterfaceRemoved(AttachPointKey AttachPoint, string Name, string Why) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [AttachPoint.Value];
}
