namespace XdpAudit.Agent;

/// <summary>The one call of an executor that carries out a plan, and its answer in the words of the journal.</summary>
internal static class ExecutorCalls
{
    internal static async Task<JournalEvent> CarryOutAsync(IExecutor executor, OperationId id, OperationPlan plan, HostState host, Observation seen, CancellationToken cancellation)
    {
        var context = new OperationContext { OperationId = id };
        return plan.Kind switch
        {
            OperationKinds.ProgramLoad => Tell(id, await executor.LoadAsync(
                new() { ObjectPath = plan.ObjectPath!, ObjectSha256 = plan.ObjectSha256!, Program = plan.ProgramName!, Pin = plan.Pin }, context, cancellation), v => new()
            {
                Program = new(host.Host, seen.Boot, v.Id, v.LoadedNs), Pin = v.Pin, Persistence = v.Persistence,
            }),
            OperationKinds.ProgramUnload => Tell(id, await executor.UnloadAsync(new(Ref(plan), plan.Pins), context, cancellation), v => new() { Program = plan.Program, Gone = v.Gone }),
            OperationKinds.ProgramPin => Tell(id, await executor.PinAsync(new(ObjectKind.Program, plan.Program!.Value.Id.Value, plan.Pin!.Value), context, cancellation), Pinned),
            OperationKinds.ProgramUnpin => Tell(id, await executor.UnpinAsync(new(ObjectKind.Program, plan.Program!.Value.Id.Value, plan.Pin!.Value), context, cancellation), Pinned),
            OperationKinds.LinkAttach => Tell(id, await executor.AttachAsync(
                new()
                {
                    Program = Ref(plan), Interface = Where(plan), Mode = plan.Mode, ByNetlink = plan.ByNetlink, ExpectedOld = plan.ExpectedOld, Pin = plan.Pin,
                }, context, cancellation), Attached),
            OperationKinds.LinkUpdate => Tell(id, await executor.UpdateLinkAsync(new(plan.Link!.Value.Id, Ref(plan), plan.ExpectedOld), context, cancellation), Attached),
            OperationKinds.LinkDetach => Tell(id, await executor.DetachAsync(
                plan.Link is { } link
                    ? new() { Link = link.Id, ExpectedOld = plan.ExpectedOld }
                    : new() { Interface = Where(plan), Mode = plan.Mode, ExpectedOld = plan.ExpectedOld }, context, cancellation), _ => new()),
            OperationKinds.LinkPin => Tell(id, await executor.PinAsync(new(ObjectKind.Link, plan.Link!.Value.Id.Value, plan.Pin!.Value), context, cancellation), Pinned),
            OperationKinds.LinkUnpin => Tell(id, await executor.UnpinAsync(new(ObjectKind.Link, plan.Link!.Value.Id.Value, plan.Pin!.Value), context, cancellation), Pinned),
            _ => throw new System.Diagnostics.UnreachableException(plan.Kind),
        };
    }

    private static OperationResult Attached(AttachedProgram done) => new() { LinkId = done.Link, Mode = done.Mode, Pin = done.Pin, Persistence = done.Persistence };

    private static OperationResult Pinned(PinResult done) => new() { Pin = done.Path };

    private static ProgramRef Ref(OperationPlan plan) => new(plan.Program!.Value.Id, plan.Program.Value.LoadedNs);

    private static InterfaceRef Where(OperationPlan plan) => new()
    {
        Netns = plan.AttachPoint!.Value.Netns,
        NetnsPath = plan.Interface!.OwnNetns ? null : plan.Interface.NetnsPath,
        IfIndex = plan.AttachPoint.Value.IfIndex,
        Name = plan.Interface.Name,
    };

    private static OperationEvent Tell<T>(OperationId id, Outcome<T> outcome, Func<T, OperationResult> result)
        where T : class => outcome.Kind switch
        {
            OutcomeKind.Succeeded when outcome.Value is { } v => new OperationSucceeded(id, result(v) with { Warnings = outcome.Warnings }),
            OutcomeKind.AlreadyApplied when outcome.Value is { } v => new OperationAlreadyApplied(id, result(v) with { Warnings = outcome.Warnings }),
            OutcomeKind.Rejected or OutcomeKind.Unsupported => new OperationRejected(id, Error(outcome)),
            OutcomeKind.Failed => new OperationFailed(id, Error(outcome)),
            _ => new OperationIndeterminate(id, outcome.Error?.Message ?? $"the executor answered {outcome.Kind}"),
        };

    private static ExecutorError Error<T>(Outcome<T> outcome)
        where T : class => outcome.Error ?? new() { Code = ErrorCode.Kernel, Message = "the executor gave no reason" };
}
