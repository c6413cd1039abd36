namespace XdpAudit.Core;

/// <summary>What each event means for the program it names.</summary>
internal static class ProgramFold
{
    internal static ProgramState? Fold(ProgramState? state, ProgramKey key, JournalEntry entry) => entry.Event switch
    {
        ProgramLoaded e => Begin(e.Program, entry),
        ProgramFound e => Begin(e.Program, entry),
        _ when state is null => null,
        ProgramLoaderIdentified e => state with { LoadedBy = e.Actor },
        ProgramMapsChanged e => state with { MapIds = e.MapIds },
        ProgramPinned e => state with { Pins = state.Pins.With(e.Pin, e.Occurred.Latest()) },
        ProgramUnpinned e => state with { Pins = state.Pins.Without(e.Pin) },
        HolderAppeared or HolderGone => HeldFold.Hold(state, entry),
        LinkCreated e => state with { Links = [.. state.Links.Where(l => l != e.Link.Key), e.Link.Key] },
        LinkFound e => state with { Links = [.. state.Links.Where(l => l != e.Link.Key), e.Link.Key] },
        LinkProgramIdentified e => state with { Links = [.. state.Links.Where(l => l != e.Link), e.Link] },
        LinkReleased e => state with { Links = [.. state.Links.Where(l => l != e.Link)] },
        LinkProgramReplaced e => e.NewProgram == key
            ? state with { Links = [.. state.Links.Where(l => l != e.Link), e.Link] }
            : state with { Links = [.. state.Links.Where(l => l != e.Link)] },
        AttachmentEstablished e => Attach(state, new(e.AttachPoint, e.Interface, e.Mode, e.Link, e.Occurred.Latest())),
        AttachmentReplaced e => e.NewProgram == key
            ? Attach(state, new(e.AttachPoint, e.Interface, e.Mode, e.Link, e.Occurred.Latest()))
            : Detach(state, e.AttachPoint, e.Mode, EndReason.Replaced, entry),
        AttachmentRemoved e => Detach(state, e.AttachPoint, e.Mode, e.Why, entry),
        InterfaceRenamed e => state with
        {
            Attachments = [.. state.Attachments.Select(a => a.AttachPoint == e.AttachPoint ? a with { Interface = a.Interface with { Name = e.NewName } } : a)],
        },
        InterfaceMoved e => state with
        {
            Attachments = [.. state.Attachments.Select(a => a.AttachPoint == e.From ? a with { AttachPoint = e.To, Interface = e.Interface } : a)],
        },
        ProgramUnloaded e => state with { Ended = HeldFold.End(entry, e.Why), Attachments = [], Holders = [], Pins = [], Links = [] },
        _ => state,
    };

    private static ProgramState Begin(ProgramFacts facts, JournalEntry entry) => new()
    {
        FirstPosition = entry.Position,
        LastPosition = entry.Position,
        FirstSeen = entry.RecordedAt,
        Facts = facts,
        LoadedBy = entry.Event.Actor,
        MapIds = facts.MapIds,
        Operation = entry.Event.Operation,
        UnattachedSince = entry.RecordedAt,
    };

    private static ProgramState Attach(ProgramState state, InForce place) => state with
    {
        Attachments = [.. state.Attachments.Where(a => (a.AttachPoint, a.Mode) != (place.AttachPoint, place.Mode)), place],
        UnattachedSince = null,
    };

    private static ProgramState Detach(ProgramState state, AttachPointKey at, XdpMode mode, string why, JournalEntry entry)
    {
        var place = state.Attachments.FirstOrDefault(a => (a.AttachPoint, a.Mode) == (at, mode));
        if (place is null)
        {
            return state;
        }

        var until = entry.Event.Occurred.Latest();
        IReadOnlyList<InForce> left = [.. state.Attachments.Where(a => a != place)];
        var former = new FormerAttachment
        {
            AttachPoint = at, IfName = place.Interface.Name, Mode = mode, Until = until, Why = why, Operation = entry.Event.Operation,
        };
        return state with
        {
            Attachments = left,
            Former = [.. state.Former.Where(f => (f.AttachPoint, f.Mode) != (at, mode)), former],
            UnattachedSince = left.Count == 0 ? until : null,
        };
    }
}
