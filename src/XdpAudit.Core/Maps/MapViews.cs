namespace XdpAudit.Core;

/// <summary>Maps in the words of the API.</summary>
public static class MapViews
{
    /// <summary>A map among the other subjects of its host.</summary>
    public static MapView Of(MapState map, HostState host, AuditorProcesses auditor)
    {
        var programs = ProgramRelations.Of(host);
        List<HolderView> holders = [.. HolderViews.Common(map, auditor)];
        holders.AddRange(programs.Users[map.Facts.Key.Id].Select(p => new HolderView.Program { Key = p.Facts.Key, Id = p.Facts.Key.Id, Since = p.FirstSeen }));
        return new()
        {
            Key = map.Facts.Key,
            Id = map.Facts.Key.Id,
            Type = map.Facts.Type,
            Name = map.Facts.Name,
            UsedBy = map.UsedBy,
            Holders = map.Ended is not null ? [] : map.UsedBy.Count > 0 ? holders : HolderViews.OrUnexplained(holders, map, host),
            Pins = [.. map.Pins.Select(p => p.Pin.Path)],
            Keeps = [.. programs.KeptBy[map.Facts.Key.Id].Select(p => p.Facts.Key.Id)],
            MemlockBytes = map.Facts.MemlockBytes,
            UnusedSince = map.UnusedSince,
            FirstSeen = map.FirstSeen,
            Ended = map.Ended,
            FirstPosition = map.FirstPosition,
            LastPosition = map.LastPosition,
        };
    }
}
