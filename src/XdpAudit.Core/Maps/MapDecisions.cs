namespace XdpAudit.Core;

/// <summary>Maps that came, changed hands and went. In scope are those that XDP uses, and those that nothing uses.</summary>
internal static class MapDecisions
{
    private static readonly HashSet<string> XdpTypes = ["devmap", "devmap_hash", "cpumap", "xskmap"];

    internal static void Found(Look look)
    {
        var known = Known(look);
        var users = look.Seen.Programs.SelectMany(p => p.MapIds.Select(m => (Map: m, Program: p))).ToLookup(u => u.Map, u => u.Program);
        var holdsPrograms = look.Seen.MapElements.Where(e => look.Programs.ContainsKey(e.Program)).Select(e => e.Map).ToHashSet();
        foreach (var seen in look.Seen.Maps.OrderBy(m => m.Id.Value))
        {
            var usedBy = users[seen.Id].Select(p => p.Id).OrderBy(p => p.Value).ToList();
            var key = new MapKey(look.Seen.Host, look.Seen.Boot, seen.Id, seen.Type);
            if (known.TryGetValue(key, out var state))
            {
                if (look.Seen.Coverage.Programs.Complete && !state.UsedBy.SequenceEqual(usedBy))
                {
                    look.Tell(new MapUsersChanged(key, usedBy), null);
                }
            }
            else if (usedBy.Count == 0 || usedBy.Any(look.Programs.ContainsKey) || XdpTypes.Contains(seen.Type) || holdsPrograms.Contains(seen.Id))
            {
                look.Tell(
                    new MapFound(new(key, seen.Type, seen.Name, seen.KeyBytes, seen.ValueBytes, seen.MaxEntries, seen.MemlockBytes), usedBy),
                    null);
            }
        }
    }

    internal static void Gone(Look look)
    {
        var there = look.Seen.Maps.ToDictionary(m => m.Id);
        foreach (var (key, state) in Known(look).OrderBy(k => k.Key.Id.Value))
        {
            var seen = there.GetValueOrDefault(key.Id);
            if (seen?.Type != key.Type && (seen is not null || look.Seen.Coverage.Maps.Complete))
            {
                look.Tell(new MapGone(key, state.Facts.Name, EndReason.LastReference), null);
            }
        }
    }

    internal static Dictionary<MapKey, MapState> Known(Look look) =>
        look.Known.Maps.Where(m => m.Value.Ended is null).ToDictionary(m => m.Key, m => m.Value);
}
