namespace XdpAudit.Core;

/// <summary>Operations in the words of the API.</summary>
public static class OperationViews
{
    /// <summary>An operation.</summary>
    public static OperationView Of(OperationState operation) => new()
    {
        Id = operation.Id,
        Kind = operation.Plan.Kind,
        State = operation.State,
        RequestedAt = operation.RequestedAt,
        RequestedBy = operation.RequestedBy,
        Reason = operation.Reason,
        Executor = operation.Plan.Executor,
        Target = operation.Plan.Target,
        Program = operation.Result?.Program ?? operation.Plan.Program,
        ProgramId = operation.Result?.Program?.Id ?? operation.Plan.Program?.Id,
        LinkId = operation.Result?.LinkId ?? operation.Plan.Link?.Id,
        AttachPoint = operation.Plan.AttachPoint,
        Pin = operation.Result?.Pin ?? operation.Plan.Pin,
        Error = operation.Error,
        Warnings = operation.Result?.Warnings ?? [],
        Verification = operation.Verification,
        FirstPosition = operation.FirstPosition,
        LastPosition = operation.LastPosition,
    };
}
