using System.Collections.Immutable;

namespace XdpAudit.Core;

/// <summary>All that is known of a host at one position of its journal: its living subjects, and those that still have to be explained.</summary>
public sealed record HostState
{
    /// <summary>The host.</summary>
    public required HostId Host { get; init; }

    /// <summary>The last position folded in; 0 before the first.</summary>
    public long Position { get; init; }

    /// <summary>When that was recorded, UTC.</summary>
    public DateTimeOffset RecordedAt { get; init; }

    /// <summary>The watching.</summary>
    public HostWatch? Watch { get; init; }

    /// <summary>Programs.</summary>
    public ImmutableDictionary<ProgramKey, ProgramState> Programs { get; init; } = ImmutableDictionary<ProgramKey, ProgramState>.Empty;

    /// <summary>Links.</summary>
    public ImmutableDictionary<LinkKey, LinkState> Links { get; init; } = ImmutableDictionary<LinkKey, LinkState>.Empty;

    /// <summary>Maps.</summary>
    public ImmutableDictionary<MapKey, MapState> Maps { get; init; } = ImmutableDictionary<MapKey, MapState>.Empty;

    /// <summary>Attach points.</summary>
    public ImmutableDictionary<AttachPointKey, AttachPointState> AttachPoints { get; init; } = ImmutableDictionary<AttachPointKey, AttachPointState>.Empty;

    /// <summary>Operations that no look has settled, and those that the kernel contradicts.</summary>
    public ImmutableDictionary<OperationId, OperationState> Operations { get; init; } = ImmutableDictionary<OperationId, OperationState>.Empty;

    /// <summary>Nothing known yet.</summary>
    public static HostState Empty(HostId host) => new() { Host = host };

    /// <summary>Must a host's state know this subject, or is it history?</summary>
    public static bool Keeps(SubjectState state) => state switch
    {
        KernelObjectState k => k.Ended is null || k.EndedUnasked,
        OperationState o => o.Unsettled || o.State == OperationStates.Contradicted,
        AttachPointState a => a.Ended is null,
        HostWatch => true,
        _ => false,
    };

    /// <summary>The state made of subjects as a store kept them.</summary>
    public static HostState Of(HostId host, long position, DateTimeOffset recordedAt, IEnumerable<SubjectState> subjects) =>
        subjects.Aggregate(Empty(host) with { Position = position, RecordedAt = recordedAt }, (state, subject) => state.With(subject)).OfThisBoot();

    /// <summary>The state after one more entry.</summary>
    public static HostState Fold(HostState state, JournalEntry entry)
    {
        var folded = entry.Event.Subjects.Distinct().Aggregate(state, (s, subject) =>
            Subjects.Fold(s.Find(subject), subject, entry) is { } next ? s.With(next) : s);
        return (entry.Event is BootBegan ? folded.OfThisBoot() : folded) with { Position = entry.Position, RecordedAt = entry.RecordedAt };
    }

    // What ended unasked in an earlier boot is history: the reboot has explained it.
    private HostState OfThisBoot() => Watch?.Boot is not { } boot ? this : this with
    {
        Programs = Programs.RemoveRange(Programs.Keys.Where(k => k.Boot != boot)),
        Links = Links.RemoveRange(Links.Keys.Where(k => k.Boot != boot)),
        Maps = Maps.RemoveRange(Maps.Keys.Where(k => k.Boot != boot)),
        AttachPoints = AttachPoints.RemoveRange(AttachPoints.Keys.Where(k => k.Boot != boot)),
    };

    private SubjectState? Find(string subject) => subject[..subject.IndexOf('/', StringComparison.Ordinal)] switch
    {
        ProgramKey.Kind => Programs.GetValueOrDefault(ProgramKey.From(subject)),
        LinkKey.Kind => Links.GetValueOrDefault(LinkKey.From(subject)),
        MapKey.Kind => Maps.GetValueOrDefault(MapKey.From(subject)),
        AttachPointKey.Kind => AttachPoints.GetValueOrDefault(AttachPointKey.From(subject)),
        OperationEvent.Kind => Operations.GetValueOrDefault(new(subject[(OperationEvent.Kind.Length + 1)..])),
        HostSubject.Kind => Watch,
        _ => null,
    };

    private HostState With(SubjectState subject) => subject switch
    {
        ProgramState p => this with { Programs = Keeps(p) ? Programs.SetItem(p.Facts.Key, p) : Programs.Remove(p.Facts.Key) },
        LinkState l => this with { Links = Keeps(l) ? Links.SetItem(l.Key, l) : Links.Remove(l.Key) },
        MapState m => this with { Maps = Keeps(m) ? Maps.SetItem(m.Facts.Key, m) : Maps.Remove(m.Facts.Key) },
        AttachPointState a => this with { AttachPoints = Keeps(a) ? AttachPoints.SetItem(a.Key, a) : AttachPoints.Remove(a.Key) },
        OperationState o => this with { Operations = Keeps(o) ? Operations.SetItem(o.Id, o) : Operations.Remove(o.Id) },
        HostWatch w => this with { Watch = w },
        _ => this,
    };
}
