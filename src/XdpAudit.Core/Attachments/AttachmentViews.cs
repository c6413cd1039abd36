namespace XdpAudit.Core;

/// <summary>Attachments in the words of the API.</summary>
public static class AttachmentViews
{
    /// <summary>All that is in force at an attach point.</summary>
    public static IEnumerable<AttachmentView> Of(AttachPointState point) => point.InForce.OrderBy(a => a.Mode).Select(here => new AttachmentView
    {
        AttachPoint = point.Key,
        Netns = point.Key.Netns,
        NetnsName = point.Interface.NetnsName,
        OwnNetns = point.Interface.OwnNetns,
        NetnsPath = point.Interface.NetnsPath,
        IfIndex = point.Key.IfIndex,
        IfName = point.Interface.Name,
        Mode = here.Mode,
        ProgramId = here.Program.Id,
        Program = here.Program,
        ProgramName = here.ProgramName,
        By = here.Link is null ? "netlink" : "link",
        LinkId = here.Link?.Id,
        Since = here.Since,
        AttachedBy = here.By is Actor.Process p ? p.Identity : null,
        Operation = here.Operation,
        Replaced = point.Replaced,
        FirstPosition = here.Position,
    });
}
