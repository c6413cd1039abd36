using System.Diagnostics;

namespace XdpAudit.Core;

/// <summary>Events of operations and findings in one sentence.</summary>
internal static class OperationStory
{
    internal static string Tell(OperationEvent fact) => fact switch
    {
        OperationRequested e => $"{Story.Who(e)} asked: {e.Plan.Kind} {e.Plan.Target}{(e.Reason is { } r ? $" ({r})" : "")}",
        OperationSucceeded => "the executor says it is done",
        OperationAlreadyApplied => "the executor says it was so already",
        OperationRejected e => $"rejected before anything was done: {e.Error.Message}",
        OperationFailed e => $"failed: {e.Error.Message}",
        OperationIndeterminate e => $"it may or may not have happened: {e.Why}",
        OperationVerified e => $"verified: {e.Sentence}",
        OperationContradicted e => $"contradicted: {e.Sentence}",
        OperationSettled e => $"settled, it was {(e.Applied ? "done" : "not done")}: {e.Sentence}",
        _ => throw new UnreachableException(fact.GetType().Name),
    };
}

/// <summary>Events of findings in one sentence.</summary>
internal static class FindingStory
{
    internal static string Tell(FindingEvent fact) => fact switch
    {
        FindingSuspected e => $"suspected {e.Candidate.Rule}: {e.Candidate.Summary}",
        FindingOpened e => $"opened {e.Candidate.Rule}: {e.Candidate.Summary}",
        FindingRevised e => $"{e.Candidate.Rule} is still there, otherwise than before: {e.Candidate.Summary}",
        FindingAcknowledged e => $"{Story.Who(e)} acknowledged it until {e.ExpiresAt:yyyy-MM-dd HH:mm}Z ({e.Reason}): {e.Comment}",
        FindingSuppressed e => $"{Story.Who(e)} suppressed it until {e.ExpiresAt:yyyy-MM-dd HH:mm}Z ({e.Reason}): {e.Comment}",
        FindingResolved e => $"resolved: {e.Why}",
        FindingRegressed e => $"{e.Candidate.Rule} is back: {e.Why}",
        _ => throw new UnreachableException(fact.GetType().Name),
    };
}
