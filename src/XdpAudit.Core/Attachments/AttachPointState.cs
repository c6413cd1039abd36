namespace XdpAudit.Core;

/// <summary>An attach point's life, from the first program seen in force there until its interface is gone.</summary>
public sealed record AttachPointState : SubjectState
{
    /// <summary>Our identity.</summary>
    public required AttachPointKey Key { get; init; }

    /// <summary>The interface's names.</summary>
    public required InterfaceFacts Interface { get; init; }

    /// <summary>What is in force, by mode.</summary>
    public IReadOnlyList<Attached> InForce { get; init; } = [];

    /// <summary>The last time a program was put in the place of another; null if never.</summary>
    public ReplacedView? Replaced { get; init; }

    /// <summary>The last attachment here that went with its link; null if none.</summary>
    public LinkEnd? LinkEnd { get; init; }
}

/// <summary>
/// An attachment that went with its link. The look that told it may have read the interface before that, and the link after:
/// that the interface still shows the program is no proof, in that look, that something else attached it.
/// </summary>
/// <param name="Link">The link.</param>
/// <param name="Program">The program that was in force.</param>
/// <param name="Evidence">The look, as events name it.</param>
public sealed record LinkEnd(LinkKey Link, ProgramKey Program, string? Evidence);

/// <summary>A program in force at an attach point.</summary>
public sealed record Attached
{
    /// <summary>The mode.</summary>
    public required XdpMode Mode { get; init; }

    /// <summary>The program.</summary>
    public required ProgramKey Program { get; init; }

    /// <summary>Its name.</summary>
    public required string ProgramName { get; init; }

    /// <summary>The link; null for netlink.</summary>
    public LinkKey? Link { get; init; }

    /// <summary>Since when, UTC, at the latest.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Who attached it.</summary>
    public required Actor By { get; init; }

    /// <summary>The operation that attached it; null when it was not ours.</summary>
    public OperationId? Operation { get; init; }

    /// <summary>Position of the event that began it.</summary>
    public required long Position { get; init; }
}

/// <summary>What each event means for the attach point it names.</summary>
internal static class AttachPointFold
{
    internal static AttachPointState? Fold(AttachPointState? state, AttachPointKey key, JournalEntry entry) => entry.Event switch
    {
        AttachmentEstablished e => Attach(Living(state) ?? Begin(key, e.Interface, entry), e.Interface, Here(e.Mode, e.Program, e.ProgramName, e.Link, entry)),
        AttachmentReplaced e => Attach(Living(state) ?? Begin(key, e.Interface, entry), e.Interface, Here(e.Mode, e.NewProgram, e.NewName, e.Link, entry)) with
        {
            Replaced = new()
            {
                OldProgram = e.OldProgram, OldName = e.Old.Name, OldTag = e.Old.Tag, OldUid = e.Old.Uid, OldOperation = e.Old.Operation,
                At = e.Occurred.Latest(), Operation = e.Operation, Position = entry.Position,
            },
        },
        InterfaceMoved e when e.To == key => (Living(state) ?? Begin(key, e.Interface, entry)) with
        {
            Interface = e.Interface, InForce = [.. e.InForce.Select(a => Here(a.Mode, a.Program, a.ProgramName, a.Link, entry))],
        },
        _ when state is null => null,
        AttachmentRemoved e => state with
        {
            InForce = [.. state.InForce.Where(a => a.Mode != e.Mode)],
            LinkEnd = e.Link is { } link ? new(link, e.Program, Evidence.Of(e)) : state.LinkEnd,
        },
        InterfaceRenamed e => state with { Interface = state.Interface with { Name = e.NewName } },
        InterfaceMoved => state with { InForce = [], Ended = HeldFold.End(entry, EndReason.InterfaceMoved) },
        InterfaceRemoved e => state with { InForce = [], Ended = HeldFold.End(entry, e.Why) },
        _ => state,
    };

    // The number of an interface that is gone can be given to another, whose life is its own.
    private static AttachPointState? Living(AttachPointState? state) => state is { Ended: null } ? state : null;

    private static AttachPointState Begin(AttachPointKey key, InterfaceFacts names, JournalEntry entry) =>
        new() { FirstPosition = entry.Position, LastPosition = entry.Position, Key = key, Interface = names };

    private static Attached Here(XdpMode mode, ProgramKey program, string name, LinkKey? link, JournalEntry entry) => new()
    {
        Mode = mode, Program = program, ProgramName = name, Link = link, Since = entry.Event.Occurred.Latest(),
        By = entry.Event.Actor, Operation = entry.Event.Operation, Position = entry.Position,
    };

    private static AttachPointState Attach(AttachPointState state, InterfaceFacts names, Attached here) =>
        state with { Interface = names, InForce = [.. state.InForce.Where(a => a.Mode != here.Mode), here] };
}
