namespace XdpAudit.Core;

/// <summary>Maps in the words of the API.</summary>
public static class MapViews
{
    /// <summary>A map among the other subjects of its host.</summary>
    public static MapView Of(MapState map, HostState host, AuditorProcesses auditor)
    {
        List<HolderView> holders = [.. HolderViews.Common(map, auditor)];
        holders.AddRange(host.Programs.Values
            .Where(p => p.Ended is null && p.MapIds.Contains(map.Facts.Key.Id))
            .OrderBy(p => p.Facts.Key.Id.Value)
            .Select(p => new HolderView.Program { Key = p.Facts.Key, Id = p.Facts.Key.Id, Since = p.FirstSeen }));
        return new()
        {
            Key = map.Facts.Key,
            Id = map.Facts.Key.Id,
            Type = map.Facts.Type,
            Name = map.Facts.Name,
            UsedBy = map.UsedBy,
            Holders = map.Ended is not null ? [] : map.UsedBy.Count > 0 ? holders : HolderViews.OrUnexplained(holders, map, host),
            Pins = [.. map.Pins.Select(p => p.Pin.Path)],
            Keeps =
            [
                .. host.Programs.Values
                    .Where(p => p.Ended is null && p.Holders.Any(h => h.Holder is HolderFacts.ByMapElement e && e.Map == map.Facts.Key.Id))
                    .Select(p => p.Facts.Key.Id).OrderBy(i => i.Value),
            ],
            MemlockBytes = map.Facts.MemlockBytes,
            UnusedSince = map.UnusedSince,
            FirstSeen = map.FirstSeen,
            Ended = map.Ended,
            FirstPosition = map.FirstPosition,
            LastPosition = map.LastPosition,
        };
    }
}
