using System.Text.Json.Serialization;

namespace XdpAudit.Core;

/// <summary>The state of one subject, folded from the events that name it and from nothing else.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ProgramState), "program")]
[JsonDerivedType(typeof(LinkState), "link")]
[JsonDerivedType(typeof(MapState), "map")]
[JsonDerivedType(typeof(AttachPointState), "attach-point")]
[JsonDerivedType(typeof(OperationState), "operation")]
[JsonDerivedType(typeof(FindingState), "finding")]
[JsonDerivedType(typeof(PluginState), "plugin")]
[JsonDerivedType(typeof(HostWatch), "host")]
public abstract record SubjectState
{
    /// <summary>Position of the event that began it.</summary>
    public required long FirstPosition { get; init; }

    /// <summary>Position of the last event about it.</summary>
    public required long LastPosition { get; init; }

    /// <summary>How it ended; null while it lives.</summary>
    public EndView? Ended { get; init; }
}

/// <summary>The kernel keeps something: what a program, link and map have in common.</summary>
public abstract record KernelObjectState : SubjectState
{
    /// <summary>When we first saw it, UTC.</summary>
    public required DateTimeOffset FirstSeen { get; init; }

    /// <summary>Its pins.</summary>
    public IReadOnlyList<HeldPin> Pins { get; init; } = [];

    /// <summary>Its other holders.</summary>
    public IReadOnlyList<HeldBy> Holders { get; init; } = [];

    /// <summary>The operation that made it; null when it was not ours.</summary>
    public OperationId? Operation { get; init; }

    /// <summary>It ended, was ours, and no operation asked for it: still to be explained.</summary>
    [JsonIgnore]
    public bool EndedUnasked => Ended is { Operation: null, Why: not EndReason.BootEnded } && Operation is not null;
}

/// <summary>A pin and since when it was seen.</summary>
public sealed record HeldPin(PinFacts Pin, DateTimeOffset Since);

/// <summary>A holder and since when it was seen.</summary>
public sealed record HeldBy(HolderFacts Holder, DateTimeOffset Since);

/// <summary>The fold of any subject: the one place that knows which kind of subject takes which fold.</summary>
public static class Subjects
{
    /// <summary>
    /// The state of <paramref name="subject"/> after <paramref name="entry"/>, which must name it.
    /// Pure and total: an event that the state did not expect still leaves a state.
    /// </summary>
    public static SubjectState? Fold(SubjectState? state, string subject, JournalEntry entry)
    {
        if (state is not null && entry.Position <= state.LastPosition)
        {
            return state;
        }

        var folded = subject.AsSpan(0, Math.Max(0, subject.IndexOf('/', StringComparison.Ordinal))) switch
        {
            ProgramKey.Kind => ProgramFold.Fold(state as ProgramState, ProgramKey.From(subject), entry),
            LinkKey.Kind => LinkFold.Fold(state as LinkState, LinkKey.From(subject), entry),
            MapKey.Kind => MapFold.Fold(state as MapState, MapKey.From(subject), entry),
            AttachPointKey.Kind => AttachPointFold.Fold(state as AttachPointState, AttachPointKey.From(subject), entry),
            OperationEvent.Kind => OperationFold.Fold(state as OperationState, entry),
            FindingEvent.Kind => FindingFold.Fold(state as FindingState, entry),
            PluginEvent.Kind => PluginFold.Fold(state as PluginState, entry),
            HostSubject.Kind => HostFold.Fold(state as HostWatch, entry),
            _ => state,
        };
        return folded is null ? null : folded with { LastPosition = entry.Position };
    }
}
