namespace XdpAudit.Core;

/// <summary>Programs in the words of the API.</summary>
public static class ProgramViews
{
    /// <summary>A program among the other subjects of its host.</summary>
    public static ProgramView Of(ProgramState program, HostState host, AuditorProcesses auditor)
    {
        var holders = program.Ended is null ? HolderViews.Of(program, host, auditor) : [];
        var state = program.Ended is not null ? ProgramStates.Unloaded : program.Attachments.Count > 0 ? ProgramStates.Attached : ProgramStates.Retained;
        return new()
        {
            Key = program.Facts.Key,
            Id = program.Facts.Key.Id,
            Type = program.Facts.Type,
            Name = program.Facts.Name,
            Tag = program.Facts.Tag,
            LoadedAt = program.Facts.LoadedAt,
            Uid = program.Facts.Uid,
            LoadedBy = program.LoadedBy is Actor.Process p ? p.Identity : null,
            State = state,
            Attachments =
            [
                .. program.Attachments.Select(a => new ProgramAttachment
                {
                    LinkId = a.Link?.Id, Netns = a.AttachPoint.Netns, NetnsName = a.Interface.NetnsName, IfIndex = a.AttachPoint.IfIndex,
                    IfName = a.Interface.Name, Mode = a.Mode, Since = a.Since,
                }),
            ],
            Holders = holders,
            Pins = [.. program.Pins.Select(p => p.Pin.Path)],
            MapIds = program.MapIds,
            MemlockBytes = program.Facts.MemlockBytes,
            FirstSeen = program.FirstSeen,
            UnattachedSince = program.Ended is null ? program.UnattachedSince : null,
            FormerAttachments = program.Former,
            Ended = program.Ended,
            Operation = program.Operation,
            Why = Why(program, state, holders),
            FirstPosition = program.FirstPosition,
            LastPosition = program.LastPosition,
        };
    }

    private static string Why(ProgramState program, string state, IReadOnlyList<HolderView> holders)
    {
        var held = string.Join(", ", holders.Select(HolderViews.Words));
        return state switch
        {
            ProgramStates.Unloaded => $"it is gone: {program.Ended!.Why}",
            ProgramStates.Attached => $"it is in force on {string.Join(", ", program.Attachments.Select(a => a.Interface.Name))}; held by {held}",
            _ when program.Former.Count > 0 => $"it was detached from {program.Former[^1].IfName}, but detaching does not unload: held by {held}",
            _ => $"it is loaded and in force nowhere; held by {held}",
        };
    }
}
