using JasperFx.Events;
using Marten.Events.Projections;

namespace XdpAudit.Store;

/// <summary>Keeps a <see cref="Lifecycle"/> of every subject. What an event means is Core's to say: here is none of it.</summary>
public sealed partial class LifecycleProjection : MultiStreamProjection<Lifecycle, string>
{
    /// <summary>Every event goes to every subject that it names.</summary>
    public LifecycleProjection()
    {
        Name = "lifecycles";
        foreach (var type in EventNames.All.Values)
        {
            IncludeType(type);
        }

        Identities<JournalEvent>(e => [.. e.Subjects.Distinct()]);
    }

    /// <summary>
    /// No. Read models that begin from nothing would be replayed up to the sequence's last_value (JasperFx.Events 2.100), which counts numbers of
    /// appends that are not committed yet: their events would be passed for good. The daemon's usual way stops at the high-water mark, before them.
    /// </summary>
    public override bool CanParticipateInCompositeReplay => false;

    /// <inheritdoc/>
    public override Lifecycle? Evolve(Lifecycle? snapshot, string id, IEvent e)
    {
        var entry = new JournalEntry(e.Version, e.Timestamp, (JournalEvent)e.Data);
        var before = snapshot is null ? null : snapshot.State ?? StateText.Read(snapshot.StateJson);
        return Subjects.Fold(before, id, entry) is { } state
            ? new()
            {
                Id = id,
                Kind = id[..id.IndexOf('/', StringComparison.Ordinal)],
                Journal = e.StreamKey!,
                FirstPosition = snapshot?.FirstPosition ?? entry.Position,
                LastPosition = state.LastPosition,
                Known = StateText.IsKnown(state),
                State = state,
            }
            : snapshot;
    }
}
