namespace XdpAudit.Core;

/// <summary>Compares what an executor said with what a look has shown. A look that was not complete for it leaves it for the next.</summary>
public static class Verification
{
    /// <summary>Verified, contradicted or settled, for every operation that waits for a look.</summary>
    /// <param name="after">The host after the events of this look were folded in.</param>
    /// <param name="seen">The look.</param>
    public static IReadOnlyList<JournalEvent> Decide(HostState after, Observation seen)
    {
        var events = new List<JournalEvent>();
        foreach (var operation in after.Operations.Values.Where(o => o.Unsettled && o.State != OperationStates.Requested).OrderBy(o => o.FirstPosition))
        {
            if (Needs(operation.Plan, seen.Coverage).All(p => p.Complete))
            {
                var (applied, words) = Effects.Of(after, operation);
                events.Add(Judge(operation, applied, words, seen) with
                {
                    Occurred = Occurrence.Exactly(seen.FinishedAt),
                    KnownBy = new() { How = Knowledge.Observed, Source = $"observation:{seen.Id}" },
                    Actor = new Actor.Unknown("a judgement of the auditor"),
                    Operation = operation.Id,
                });
            }
        }

        return events;
    }

    private static OperationEvent Judge(OperationState operation, bool applied, string words, Observation seen) => operation.State switch
    {
        OperationStates.Succeeded when applied => new OperationVerified(operation.Id, seen.Id, words),
        OperationStates.Succeeded => new OperationContradicted(operation.Id, seen.Id, $"the executor reported success, but {words}"),
        OperationStates.Failed when applied && Creates(operation.Plan.Kind) =>
            new OperationContradicted(operation.Id, seen.Id, $"the executor reported a failure, but {words}"),
        OperationStates.Failed => new OperationVerified(operation.Id, seen.Id, $"as the executor reported, it was not done: {words}"),
        _ => new OperationSettled(operation.Id, seen.Id, applied, words),
    };

    private static bool Creates(string kind) => kind is OperationKinds.ProgramLoad or OperationKinds.LinkAttach or OperationKinds.ProgramPin or OperationKinds.LinkPin;

    private static IEnumerable<PartCoverage> Needs(OperationPlan plan, Coverage coverage)
    {
        yield return plan.Kind.StartsWith("link.", StringComparison.Ordinal) ? coverage.Links : coverage.Programs;
        if (plan.AttachPoint is not null)
        {
            yield return coverage.Attachments;
        }

        if (plan.Pin is not null || plan.Pins.Count > 0)
        {
            yield return coverage.Pins;
        }
    }
}
