namespace XdpAudit.Core;

/// <summary>Links in the words of the API.</summary>
public static class LinkViews
{
    /// <summary>A link among the other subjects of its host.</summary>
    public static LinkView Of(LinkState link, HostState host, AuditorProcesses auditor) => new()
    {
        Key = link.Key,
        Id = link.Key.Id,
        Type = link.Key.Type,
        State = link.Ended is not null ? LinkStates.Released : link.Defunct is not null ? LinkStates.Defunct : LinkStates.Attached,
        ProgramId = link.Program?.Id ?? link.Key.FirstProgram,
        Program = link.Program,
        ProgramName = link.ProgramName,
        AttachPoint = link.AttachPoint,
        NetnsName = link.NetnsName,
        IfName = link.IfName,
        Mode = link.Mode,
        DefunctSince = link.Defunct?.Since,
        DefunctWhy = link.Defunct?.Why,
        Holders = link.Ended is null ? HolderViews.OrUnexplained([.. HolderViews.Common(link, auditor)], link, host) : [],
        Pins = [.. link.Pins.Select(p => p.Pin.Path)],
        FirstSeen = link.FirstSeen,
        Ended = link.Ended,
        Operation = link.Operation,
        FirstPosition = link.FirstPosition,
        LastPosition = link.LastPosition,
    };
}
