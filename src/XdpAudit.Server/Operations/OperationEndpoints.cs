namespace XdpAudit.Server;

/// <summary>Operations over the API.</summary>
internal static class OperationEndpoints
{
    internal static void Map(WebApplication web, Auditor auditor, Past past)
    {
        web.MapPost(Routes.Operations, async (OperationRequest request, HttpContext context) =>
        {
            var done = await auditor.OperateAsync(request, Access.Operator(context), context.RequestAborted);
            if (Fault(done) is { } fault)
            {
                throw new RefusedException(fault);
            }

            return done;
        });
        web.MapGet(Routes.Operations, async (string? at, CancellationToken cancellation) =>
        {
            IReadOnlyList<OperationView> all = [.. (await OperationsAsync(past, at, cancellation)).OrderByDescending(o => o.FirstPosition).Select(OperationViews.Of)];
            return all;
        });
        web.MapGet(Routes.Operation, async (string? id, string? at, CancellationToken cancellation) =>
        {
            var fitting = (await OperationsAsync(past, at, cancellation, new(KeyPart: id))).Where(o => !string.IsNullOrEmpty(id) && o.Id.Value.Contains(id, StringComparison.Ordinal)).ToList();
            return fitting.Count switch
            {
                1 => OperationViews.Of(fitting[0]),
                0 => throw Refusals.NotFound(id ?? "", "operation", []),
                _ => throw Refusals.Ambiguous(id!, "operation", [.. fitting.Select(o => $"{o.Id} {o.Plan.Kind} {o.Plan.Target}")]),
            };
        });
    }

    private static Task<IReadOnlyList<OperationState>> OperationsAsync(Past past, string? at, CancellationToken cancellation, SubjectFilter? only = null) => string.IsNullOrEmpty(at)
        ? past.AllAsync<OperationState>(OperationEvent.Kind, cancellation, only)
        : past.AllAtAsync<OperationState>(OperationEvent.Kind, at, cancellation, only);

    // What was recorded and did not come about is an error to the caller, with the operation beside it.
    private static Problem? Fault(OperationView done) => done.State switch
    {
        OperationStates.Contradicted => Of(done, $"{done.Kind} {done.Target}: {done.Verification}", $"xdpaudit operation show {done.Id}"),
        _ when done.Error is { } error => Of(done, error.Message, error.VerifierLog is null ? null : "the verifier's words are below") with { Errno = error.ErrnoName },
        OperationStates.Settled or OperationStates.Indeterminate => Of(done, $"{done.Kind} {done.Target}: {done.Verification}", $"xdpaudit operation show {done.Id}"),
        _ => null,
    };

    private static Problem Of(OperationView done, string title, string? remedy) =>
        new() { Code = ProblemCode.OperationFailed, Status = 422, Title = title, Remedy = remedy, Operation = done };
}
