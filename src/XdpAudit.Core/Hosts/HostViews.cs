namespace XdpAudit.Core;

/// <summary>What is known of a host, told in the words of the API. Joins subjects; decides nothing.</summary>
public static class HostViews
{
    /// <summary>The host at a moment.</summary>
    public static HostView Of(HostState state, DateTimeOffset at, AuditorProcesses auditor) => new()
    {
        Host = state.Host,
        Boot = state.Watch?.Boot,
        KernelRelease = state.Watch?.KernelRelease ?? "",
        At = at,
        Position = state.Position,
        Coverage = state.Watch?.Coverage,
        Programs = [.. state.Programs.Values.OrderBy(p => p.Facts.Key.Id.Value).Select(p => ProgramViews.Of(p, state, auditor))],
        Links = [.. state.Links.Values.OrderBy(l => l.Key.Id.Value).Select(l => LinkViews.Of(l, state, auditor))],
        Attachments = [.. state.AttachPoints.Values.OrderBy(a => a.Key.Netns.Value).ThenBy(a => a.Key.IfIndex.Value).SelectMany(AttachmentViews.Of)],
        Maps = [.. state.Maps.Values.OrderBy(m => m.Facts.Key.Id.Value).Select(m => MapViews.Of(m, state, auditor))],
        Operations = [.. state.Operations.Values.OrderBy(o => o.FirstPosition).Select(OperationViews.Of)],
    };
}
