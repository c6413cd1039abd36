namespace XdpAudit.Core;

/// <summary>A map's life.</summary>
public sealed record MapState : KernelObjectState
{
    /// <summary>What was recorded when it was first seen.</summary>
    public required MapFacts Facts { get; init; }

    /// <summary>Programs that use it, by kernel id.</summary>
    public required IReadOnlyList<KernelProgramId> UsedBy { get; init; }

    /// <summary>Since when no program has used it, UTC; null while one does.</summary>
    public DateTimeOffset? UnusedSince { get; init; }
}

/// <summary>What each event means for the map it names.</summary>
internal static class MapFold
{
    internal static MapState? Fold(MapState? state, MapKey key, JournalEntry entry) => entry.Event switch
    {
        MapFound e => new()
        {
            FirstPosition = entry.Position,
            LastPosition = entry.Position,
            FirstSeen = entry.RecordedAt,
            Facts = e.Map,
            UsedBy = e.UsedBy,
            UnusedSince = e.UsedBy.Count == 0 ? entry.RecordedAt : null,
            Operation = e.Operation,
        },
        _ when state is null => null,
        MapUsersChanged e => state with
        {
            UsedBy = e.UsedBy, UnusedSince = e.UsedBy.Count == 0 ? state.UnusedSince ?? e.Occurred.Latest() : null,
        },
        MapPinned e => state with { Pins = state.Pins.With(e.Pin, e.Occurred.Latest()) },
        MapUnpinned e => state with { Pins = state.Pins.Without(e.Pin) },
        HolderAppeared or HolderGone => HeldFold.Hold(state, entry),
        MapGone e => state with { Ended = HeldFold.End(entry, e.Why), Holders = [], Pins = [] },
        _ => state,
    };
}
