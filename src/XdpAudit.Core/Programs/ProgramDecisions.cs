namespace XdpAudit.Core;

/// <summary>Programs that came and went.</summary>
internal static class ProgramDecisions
{
    internal static void Found(Look look)
    {
        foreach (var seen in look.Programs.Values.OrderBy(p => p.Id.Value))
        {
            var key = look.Key(seen);
            if (!look.KnownPrograms.TryGetValue(key, out var known))
            {
                var facts = Facts(look, key, seen);
                var ours = look.Ours(nameof(ProgramLoaded), [key.Value, .. PinsOf(look, seen.Id)]);
                look.Tell(ours is null ? new ProgramFound(facts) : new ProgramLoaded(facts), ours, Occurrence.Exactly(facts.LoadedAt));
            }
            else if (!known.MapIds.Order(ById).SequenceEqual(seen.MapIds.Order(ById)))
            {
                look.Tell(new ProgramMapsChanged(key, seen.MapIds), null);
            }
        }
    }

    internal static void Gone(Look look)
    {
        foreach (var known in look.KnownPrograms.Values.OrderBy(p => p.Facts.Key.Id.Value))
        {
            var key = known.Facts.Key;
            var there = look.Programs.TryGetValue(key.Id, out var seen);
            if (there && seen!.LoadedNs == key.LoadedNs)
            {
                continue;
            }

            // Another program under the same id proves the end even when the list was cut short.
            if (there || look.Seen.Coverage.Programs.Complete)
            {
                var ours = look.Ours(nameof(ProgramUnloaded), key.Value);
                look.Tell(new ProgramUnloaded(key, known.Facts.Name, EndReason.LastReference, HolderWords.Of(known)), ours);
            }
        }
    }

    private static readonly Comparer<KernelMapId> ById = Comparer<KernelMapId>.Create((a, b) => a.Value.CompareTo(b.Value));

    // A load that was cut off before its answer is known by the pin it was told to make.
    private static IEnumerable<string> PinsOf(Look look, KernelProgramId id) =>
        look.Seen.Pins.Where(p => p.Kind == ObjectKind.Program && p.ObjectId == id.Value).Select(p => Attribution.Pin(p.Path));

    private static ProgramFacts Facts(Look look, ProgramKey key, ObservedProgram seen) => new()
    {
        Key = key,
        Type = seen.Type,
        Name = seen.Name,
        Tag = seen.Tag,
        LoadedAt = look.Moment(seen.LoadedNs),
        Uid = seen.Uid,
        MapIds = seen.MapIds,
        MemlockBytes = seen.MemlockBytes,
        Extends = seen.Extends,
        DeviceBound = seen.DeviceBound,
    };
}
