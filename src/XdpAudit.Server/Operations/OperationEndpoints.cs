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
        web.MapGet(Routes.Operations, async (CancellationToken cancellation) =>
        {
            IReadOnlyList<OperationView> all =
                [.. (await past.AllAsync<OperationState>(OperationEvent.Kind, cancellation)).OrderByDescending(o => o.FirstPosition).Select(OperationViews.Of)];
            return all;
        });
        web.MapGet(Routes.Operation, async (string? id, CancellationToken cancellation) =>
            await past.Reader.SubjectAsync($"{OperationEvent.Kind}/{id}", null, cancellation) is OperationState operation
                ? OperationViews.Of(operation)
                : throw Refusals.NotFound(id ?? "", "operation", []));
    }

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
