namespace XdpAudit.Core;

/// <summary>
/// Joins what a look finds with the operations that no look has settled yet, so that one fact known from the executor and from the kernel
/// is one event. Each kind of operation answers only for what it can cause, on the very objects it names: what a stranger does to the same
/// interface, link or path meanwhile stays the stranger's.
/// </summary>
internal sealed class Attribution
{
    private readonly List<OperationState> _open;

    // What operations of ours were told to have made and let go of in this look: their consequences are theirs too.
    private readonly Dictionary<string, OperationState> _made = [];
    private readonly Dictionary<ProgramKey, OperationState> _letGo = [];

    /// <summary>Whose operations are open: an operation of an earlier boot has done nothing in this one.</summary>
    internal Attribution(HostState known) =>
        _open = [.. known.Operations.Values
            .Where(o => o.Unsettled && o.State != OperationStates.Failed && o.FirstPosition > (known.Watch?.LastBootEnd ?? 0))
            .OrderBy(o => o.FirstPosition)];

    /// <summary>
    /// A program was loaded. A load that was cut off before its answer is known by the pin it was told to make: the last one that was asked for
    /// before the program was loaded.
    /// </summary>
    internal OperationState? Loaded(ProgramFacts program, IEnumerable<ObservedPin> pins)
    {
        bool IsLoad(OperationState o) => o.Plan.Kind == OperationKinds.ProgramLoad;
        bool MayBe(OperationState o) =>
            IsLoad(o) && o.Result?.Program is null && Named(o.Plan.ProgramName, program.Name) && o.Plan.Pin is { } pin && pins.Any(p => p.Path == pin);
        return First(o => IsLoad(o) && o.Result?.Program == program.Key)
            ?? _open.LastOrDefault(o => MayBe(o) && o.RequestedAt <= program.LoadedAt)
            ?? First(MayBe);
    }

    /// <summary>A link was created. One whose answer was lost is known by its pin, or by being where it was to be with the program it was to have.</summary>
    internal OperationState? Created(LinkFacts link, IEnumerable<ObservedPin> pins)
    {
        bool IsAttach(OperationState o) => link.Key.Type == "xdp" && o.Plan is { Kind: OperationKinds.LinkAttach, ByNetlink: false };
        return First(o => IsAttach(o) && o.Result?.LinkId == link.Key.Id)
            ?? First(o => IsAttach(o) && o.Result?.LinkId is null && link.Program is not null && o.Plan.Program == link.Program
                && ((link.AttachPoint is not null && o.Plan.AttachPoint == link.AttachPoint) || (o.Plan.Pin is { } pin && pins.Any(p => p.Path == pin))));
    }

    /// <summary>A link got another program.</summary>
    internal OperationState? Updated(LinkKey link, ProgramKey program) =>
        First(o => o.Plan.Kind == OperationKinds.LinkUpdate && o.Plan.Link == link && o.Plan.Program == program);

    /// <summary>A link became defunct.</summary>
    internal OperationState? Detached(LinkKey link) => First(o => o.Plan.Kind == OperationKinds.LinkDetach && o.Plan.Link == link);

    /// <summary>A link is gone.</summary>
    internal OperationState? Released(LinkState link) => First(o => o.Plan.Kind switch
    {
        OperationKinds.LinkDetach => o.Plan.Link == link.Key,
        OperationKinds.LinkUnpin => o.Plan.Link == link.Key || (o.Plan.Pin is { } pin && link.Pins.Any(p => p.Pin.Path == pin)),
        _ => false,
    });

    /// <summary>A program came into force, where nothing was or in the place of another.</summary>
    internal OperationState? InForce(AttachPointKey at, XdpMode mode, ProgramKey program, LinkKey? link, bool replaced) =>
        First(o => o.Plan.Kind == OperationKinds.LinkAttach && o.Plan.Program == program && link is not null && o.Result?.LinkId == link.Value.Id)
        ?? First(o => o.Plan.Program == program && o.Plan.Kind switch
        {
            OperationKinds.LinkAttach => o.Result?.LinkId is null && o.Plan.AttachPoint == at && o.Plan.ByNetlink == (link is null)
                && Mode(o) is var asked && (asked == XdpMode.Unknown || asked == mode),
            OperationKinds.LinkUpdate => replaced && link is not null && o.Plan.Link == link,
            _ => false,
        });

    /// <summary>A program is no longer in force.</summary>
    internal OperationState? OutOfForce(AttachPointKey at, ProgramKey program, LinkKey? link, LinkState? known) => First(o => o.Plan.Kind switch
    {
        OperationKinds.LinkDetach => o.Plan.Link is { } named ? named == link
            : link is null && o.Plan.AttachPoint == at && (o.Plan.Program is not { } its || its == program),
        OperationKinds.LinkUnpin => link is not null
            && (o.Plan.Link == link || (o.Plan.Pin is { } pin && known?.Pins.Any(p => p.Pin.Path == pin) == true)),
        _ => false,
    });

    /// <summary>A program or link was pinned.</summary>
    /// <param name="held">Its key.</param>
    /// <param name="by">The operation that made it, as known before.</param>
    /// <param name="path">The pin.</param>
    internal OperationState? Pinned(string held, OperationId? by, PinPath path) => First(o => o.Plan.Kind switch
    {
        OperationKinds.ProgramLoad or OperationKinds.LinkAttach =>
            (o.Plan.Pin == path || o.Result?.Pin == path) && (by == o.Id || _made.GetValueOrDefault(held) == o || o.Result?.Program?.Value == held),
        OperationKinds.ProgramPin => o.Plan.Pin == path && (o.Plan.Program is not { } program || program.Value == held),
        OperationKinds.LinkPin => o.Plan.Pin == path && (o.Plan.Link is not { } link || link.Value == held),
        _ => false,
    });

    /// <summary>A pin of a program or link was removed.</summary>
    internal OperationState? Unpinned(string held, PinPath path) => First(o => o.Plan.Kind switch
    {
        OperationKinds.ProgramUnload => (o.Plan.Pin == path || o.Plan.Pins.Contains(path)) && (o.Plan.Program is not { } program || program.Value == held),
        OperationKinds.ProgramUnpin => o.Plan.Pin == path && (o.Plan.Program is not { } program || program.Value == held),
        OperationKinds.LinkUnpin => o.Plan.Pin == path && (o.Plan.Link is not { } link || link.Value == held),
        _ => false,
    });

    /// <summary>A program is gone: because it was to go, or because an operation let go of it, by detaching, replacing or unpinning.</summary>
    internal OperationState? Unloaded(ProgramKey program) => _letGo.GetValueOrDefault(program) ?? First(o =>
        o.Plan.Program == program && o.Plan.Kind is OperationKinds.ProgramUnload or OperationKinds.ProgramUnpin or OperationKinds.LinkDetach or OperationKinds.LinkUnpin);

    /// <summary>Remembers what an operation did, for what follows from it.</summary>
    internal void Told(JournalEvent fact, OperationState ours)
    {
        if (fact is ProgramLoaded or LinkCreated)
        {
            _made[fact.Subjects[0]] = ours;
        }

        var letGo = fact switch
        {
            ProgramUnpinned e => e.Program,
            LinkReleased e => e.Program,
            LinkProgramReplaced e => e.OldProgram,
            AttachmentRemoved e => e.Program,
            AttachmentReplaced e => e.OldProgram,
            _ => (ProgramKey?)null,
        };
        if (letGo is { } program)
        {
            _letGo[program] = ours;
        }
    }

    private static XdpMode Mode(OperationState operation) => operation.Result is { Mode: not XdpMode.Unknown } said ? said.Mode : operation.Plan.Mode;

    // The kernel keeps 15 bytes of a name.
    private static bool Named(string? asked, string seen) => asked is null || asked.StartsWith(seen, StringComparison.Ordinal);

    private OperationState? First(Func<OperationState, bool> matches) => _open.Count == 0 ? null : _open.FirstOrDefault(matches);
}
