namespace XdpAudit.Core;

/// <summary>Programs that came and went.</summary>
internal static class ProgramDecisions
{
    internal static void Found(Look look)
    {
        foreach (var seen in look.Programs.Values)
        {
            var key = look.Key(seen);
            if (look.KnownProgram(key) is not { } known)
            {
                var facts = Facts(look, key, seen);
                var ours = look.Ours.Loaded(facts, look.Pins.Of(ObjectKind.Program, seen.Id.Value));
                look.Tell(ours is null && look.Heard.Of(new ProgramFound(facts)) is null ? new ProgramFound(facts) : new ProgramLoaded(facts), ours, Occurrence.Exactly(facts.LoadedAt));
            }
            else if (known.MapIds.Count + seen.MapIds.Count > 0 && !known.MapIds.SequenceEqual(InOrder(seen.MapIds)))
            {
                look.Tell(new ProgramMapsChanged(key, InOrder(seen.MapIds)));
            }
        }
    }

    internal static void Gone(Look look)
    {
        foreach (var known in look.KnownPrograms.Where(p => look.IsGone(p.Facts.Key)).OrderBy(p => p.Facts.Key.Id.Value).ThenBy(p => p.Facts.Key.LoadedNs))
        {
            var key = known.Facts.Key;
            var unload = look.Heard.Unload(key) is { } told ? ProgramHeard.Trusted(told, known, look.Heard) : null;
            var links = known.Links.Select(l => look.KnownLinks.GetValueOrDefault(l.Id)).OfType<LinkState>().ToList();
            var cause = unload is null ? null : ProgramHeard.Cause(unload, known, links, look.Heard);
            look.Tell(
                new ProgramUnloaded(key, known.Facts.Name, EndReason.LastReference, HolderWords.Of(known), unload is null ? null : ProgramHeard.Words(unload, cause, known)),
                look.Ours.Unloaded(key), by: unload is null ? null : ProgramHeard.By(unload, cause));
        }
    }

    private static List<KernelMapId> InOrder(IReadOnlyList<KernelMapId> ids) => [.. ids.OrderBy(i => i.Value)];

    private static ProgramFacts Facts(Look look, ProgramKey key, ObservedProgram seen) => new()
    {
        Key = key,
        Type = seen.Type,
        Name = seen.Name,
        Tag = seen.Tag,
        LoadedAt = look.Moment(seen.LoadedNs),
        Uid = seen.Uid,
        MapIds = InOrder(seen.MapIds),
        MemlockBytes = seen.MemlockBytes,
        Extends = seen.Extends,
        DeviceBound = seen.DeviceBound,
    };
}
