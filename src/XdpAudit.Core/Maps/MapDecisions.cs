namespace XdpAudit.Core;

/// <summary>Maps that came, changed hands and went. In scope are those that XDP uses, and those that nothing uses.</summary>
internal static class MapDecisions
{
    private static readonly HashSet<string> XdpTypes = ["devmap", "devmap_hash", "cpumap", "xskmap"];

    internal static void Found(Look look)
    {
        if (look.Seen.Maps.Count == 0)
        {
            return;
        }

        var complete = look.Seen.Coverage.Programs.Complete;
        var users = look.Seen.Programs.SelectMany(p => p.MapIds.Select(m => (Map: m, Program: p.Id))).ToLookup(u => u.Map, u => u.Program);
        var holdsPrograms = look.Seen.MapElements.Where(e => look.Programs.ContainsKey(e.Program)).Select(e => e.Map).ToHashSet();
        foreach (var seen in look.Seen.Maps)
        {
            // Programs are in order of their ids, and so are these.
            List<KernelProgramId> usedBy = [.. users[seen.Id]];
            var key = look.Key(seen);
            if (look.KnownMaps.TryGetValue(key, out var state))
            {
                if (complete && !state.UsedBy.SequenceEqual(usedBy))
                {
                    look.Tell(new MapUsersChanged(key, usedBy));
                }
            }

            // That nothing uses a map can be said only when all programs were listed.
            else if ((complete && usedBy.Count == 0) || usedBy.Any(look.Programs.ContainsKey) || XdpTypes.Contains(seen.Type) || holdsPrograms.Contains(seen.Id))
            {
                look.Tell(new MapFound(new(key, seen.Type, seen.Name, seen.KeyBytes, seen.ValueBytes, seen.MaxEntries, seen.MemlockBytes), usedBy));
            }
        }
    }

    internal static void Gone(Look look)
    {
        var there = look.Seen.Maps.ToDictionary(m => m.Id, m => m.Type);
        foreach (var (key, state) in look.KnownMaps.OrderBy(k => k.Key.Id.Value).ThenBy(k => k.Key.Type, StringComparer.Ordinal))
        {
            if (there.TryGetValue(key.Id, out var type) ? type != key.Type : look.Seen.Coverage.Maps.Complete)
            {
                look.Tell(new MapGone(key, state.Facts.Name, EndReason.LastReference));
            }
        }
    }
}
