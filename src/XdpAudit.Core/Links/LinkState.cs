using System.Text.Json.Serialization;

namespace XdpAudit.Core;

/// <summary>A link's life: attached, then perhaps defunct, until its last descriptor and pin go. A life of its own beside its program's.</summary>
public sealed record LinkState : KernelObjectState
{
    /// <summary>Our identity.</summary>
    public required LinkKey Key { get; init; }

    /// <summary>The program it holds now; null when not in scope.</summary>
    public ProgramKey? Program { get; init; }

    /// <summary>The program's name.</summary>
    public string ProgramName { get; init; } = "";

    /// <summary>Where it is, or was last; null when never known.</summary>
    public AttachPointKey? AttachPoint { get; init; }

    /// <summary>The interface's name there.</summary>
    [JsonPropertyName("ifname")]
    public string IfName { get; init; } = "";

    /// <summary>The namespace's name; null if none.</summary>
    public string? NetnsName { get; init; }

    /// <summary>The mode.</summary>
    public XdpMode Mode { get; init; }

    /// <summary>The program an ext program's link is on.</summary>
    public KernelProgramId? Target { get; init; }

    /// <summary>Set once it is defunct; it cannot be attached again.</summary>
    public Defunct? Defunct { get; init; }
}

/// <summary>Since when and why a link is defunct.</summary>
/// <param name="Since">UTC, at the latest.</param>
/// <param name="Why">One of <see cref="EndReason"/>.</param>
public sealed record Defunct(DateTimeOffset Since, string Why);

/// <summary>What each event means for the link it names.</summary>
internal static class LinkFold
{
    internal static LinkState? Fold(LinkState? state, LinkKey key, JournalEntry entry) => entry.Event switch
    {
        LinkCreated e => Begin(e.Link, entry),
        LinkFound e => Begin(e.Link, entry),
        _ when state is null => null,
        LinkProgramReplaced e => state with { Program = e.NewProgram, ProgramName = e.NewName },
        LinkProgramIdentified e => state with { Program = e.Program, ProgramName = e.Name },
        LinkDetached e => state with { Defunct = new(e.Occurred.Latest(), e.Why) },
        LinkPinned e => state with { Pins = state.Pins.With(e.Pin, e.Occurred.Latest()) },
        LinkUnpinned e => state with { Pins = state.Pins.Without(e.Pin) },
        HolderAppeared or HolderGone => HeldFold.Hold(state, entry),
        AttachmentEstablished e => Place(state, e.AttachPoint, e.Interface, e.Mode),
        AttachmentReplaced e => Place(state, e.AttachPoint, e.Interface, e.Mode),
        InterfaceMoved e => Place(state, e.To, e.Interface, state.Mode),
        InterfaceRenamed e => state with { IfName = e.NewName },
        LinkReleased e => state with { Ended = HeldFold.End(entry, e.Why), Holders = [], Pins = [] },
        _ => state,
    };

    private static LinkState Place(LinkState state, AttachPointKey at, InterfaceFacts names, XdpMode mode) =>
        state with { AttachPoint = at, IfName = names.Name, NetnsName = names.NetnsName, Mode = mode };

    private static LinkState Begin(LinkFacts facts, JournalEntry entry) => new()
    {
        FirstPosition = entry.Position,
        LastPosition = entry.Position,
        FirstSeen = entry.RecordedAt,
        Key = facts.Key,
        Program = facts.Program,
        ProgramName = facts.ProgramName,
        AttachPoint = facts.AttachPoint,
        IfName = facts.IfName,
        Mode = facts.Mode,
        Target = facts.Target,
        Operation = entry.Event.Operation,
        Defunct = facts.Defunct ? new(entry.Event.Occurred.Latest(), EndReason.Unknown) : null,
    };
}
