namespace XdpAudit.Core;

/// <summary>An operation's life: asked for, acted on, looked at.</summary>
public sealed record OperationState : SubjectState
{
    /// <summary>Its id.</summary>
    public required OperationId Id { get; init; }

    /// <summary>What it is to do.</summary>
    public required OperationPlan Plan { get; init; }

    /// <summary>Who asked.</summary>
    public required ProcessIdentity RequestedBy { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>One of <see cref="OperationStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>What the executor said it did.</summary>
    public OperationResult? Result { get; init; }

    /// <summary>Why it failed.</summary>
    public ExecutorError? Error { get; init; }

    /// <summary>Which code said so; null until then, and where it was not loaded from a folder.</summary>
    public PluginSource? Plugin { get; init; }

    /// <summary>What the look afterwards showed.</summary>
    public string? Verification { get; init; }

    /// <summary>No look has told yet what became of it.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool Unsettled => State is OperationStates.Requested or OperationStates.Succeeded or OperationStates.Failed or OperationStates.Indeterminate;
}

/// <summary>What each event means for the operation it names.</summary>
internal static class OperationFold
{
    internal static OperationState? Fold(OperationState? state, JournalEntry entry) => entry.Event switch
    {
        OperationRequested e => new()
        {
            FirstPosition = entry.Position,
            LastPosition = entry.Position,
            Id = e.Id,
            Plan = e.Plan,
            RequestedBy = e.RequestedBy,
            Reason = e.Reason,
            RequestedAt = e.Occurred.Latest(),
            State = OperationStates.Requested,
        },
        _ when state is null => null,
        OperationSucceeded e => state with { State = OperationStates.Succeeded, Result = e.Result, Plugin = e.KnownBy.Plugin },
        OperationAlreadyApplied e => state with { State = OperationStates.Succeeded, Result = e.Result, Plugin = e.KnownBy.Plugin },
        OperationFailed e => state with { State = OperationStates.Failed, Error = e.Error },
        OperationRejected e => state with { State = OperationStates.Rejected, Error = e.Error, Ended = HeldFold.End(entry, OperationStates.Rejected) },
        OperationIndeterminate e => state with { State = OperationStates.Indeterminate, Verification = e.Why },
        OperationVerified e => End(state, OperationStates.Verified, e.Sentence, entry),
        OperationContradicted e => End(state, OperationStates.Contradicted, e.Sentence, entry),
        OperationSettled e => End(state, OperationStates.Settled, e.Sentence, entry),
        _ => state,
    };

    private static OperationState End(OperationState state, string how, string sentence, JournalEntry entry) =>
        state with { State = how, Verification = sentence, Ended = HeldFold.End(entry, how) };
}
