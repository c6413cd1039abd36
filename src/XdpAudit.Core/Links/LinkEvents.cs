using System.Text.Json.Serialization;

namespace XdpAudit.Core;

/// <summary>What is recorded of a link when it is first seen.</summary>
public sealed record LinkFacts
{
    /// <summary>Our identity.</summary>
    public required LinkKey Key { get; init; }

    /// <summary>The program it holds; null when that is not in scope or was not seen.</summary>
    public ProgramKey? Program { get; init; }

    /// <summary>The program's name.</summary>
    public string ProgramName { get; init; } = "";

    /// <summary>Where it is; null when it is defunct already, when its namespace is not known, or when it is no XDP link.</summary>
    public AttachPointKey? AttachPoint { get; init; }

    /// <summary>The interface's name.</summary>
    [JsonPropertyName("ifname")]
    public string IfName { get; init; } = "";

    /// <summary>The mode asked for.</summary>
    public XdpMode Mode { get; init; }

    /// <summary>It was defunct when first seen.</summary>
    public bool Defunct { get; init; }

    /// <summary>The program an ext program's link is on.</summary>
    public KernelProgramId? Target { get; init; }
}

/// <summary>A link was created, and it is known by whom.</summary>
public sealed record LinkCreated(LinkFacts Link) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => Link.Program is { } p ? [Link.Key.Value, p.Value] : [Link.Key.Value];
}

/// <summary>A link was found that nobody saw being created.</summary>
public sealed record LinkFound(LinkFacts Link) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => Link.Program is { } p ? [Link.Key.Value, p.Value] : [Link.Key.Value];
}

/// <summary>The program of a link was replaced (BPF_LINK_UPDATE).</summary>
public sealed record LinkProgramReplaced(LinkKey Link, ProgramKey? OldProgram, ProgramKey NewProgram, string NewName) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => OldProgram is { } old ? [Link.Value, old.Value, NewProgram.Value] : [Link.Value, NewProgram.Value];
}

/// <summary>The program of a link, which was not listed when the link was found, is known now. Nothing happened to the link.</summary>
public sealed record LinkProgramIdentified(LinkKey Link, ProgramKey Program, string Name) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [Link.Value, Program.Value];
}

/// <summary>A link became defunct: its program is no longer in force by it, and it still holds its program.</summary>
public sealed record LinkDetached(LinkKey Link, ProgramKey? Program, AttachPointKey? AttachPoint, [property: JsonPropertyName("ifname")] string IfName, string Why) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => Program is { } p ? [Link.Value, p.Value] : [Link.Value];
}

/// <summary>A link was pinned.</summary>
public sealed record LinkPinned(LinkKey Link, PinFacts Pin) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [Link.Value];
}

/// <summary>A pin of a link was removed.</summary>
public sealed record LinkUnpinned(LinkKey Link, PinFacts Pin) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [Link.Value];
}

/// <summary>A link is gone from the kernel.</summary>
/// <param name="Link">The link.</param>
/// <param name="Program">The program it held.</param>
/// <param name="Why">One of <see cref="EndReason"/>.</param>
/// <param name="LastHeldBy">What was last seen to hold it, in words.</param>
/// <param name="Cause">What took the last reference, and by whom, in words; null when nobody saw it.</param>
public sealed record LinkReleased(LinkKey Link, ProgramKey? Program, string Why, string LastHeldBy, string? Cause = null) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => Program is { } p ? [Link.Value, p.Value] : [Link.Value];
}
