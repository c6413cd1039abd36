namespace XdpAudit.Abstractions;

/// <summary>What XdpAudit was asked to do, and what came of it.</summary>
public sealed record OperationView
{
    /// <summary>Its id.</summary>
    public required OperationId Id { get; init; }

    /// <summary>One of <see cref="OperationKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>One of <see cref="OperationStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>When it was asked for, UTC.</summary>
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>Who asked.</summary>
    public required ProcessIdentity RequestedBy { get; init; }

    /// <summary>Why, as the asker put it; null if not said.</summary>
    public string? Reason { get; init; }

    /// <summary>The executor it was given to.</summary>
    public string Executor { get; init; } = "";

    /// <summary>On what, in one line: <c>sample_pass of /tmp/x.o</c>, <c>link 17 (sample_pass on eth0)</c>.</summary>
    public string Target { get; init; } = "";

    /// <summary>The program it is about, once known.</summary>
    public ProgramKey? Program { get; init; }

    /// <summary>The program's kernel id, once known.</summary>
    public KernelProgramId? ProgramId { get; init; }

    /// <summary>The link it is about, once known.</summary>
    public KernelLinkId? LinkId { get; init; }

    /// <summary>The attach point it is about.</summary>
    public AttachPointKey? AttachPoint { get; init; }

    /// <summary>The pin it is about.</summary>
    public PinPath? Pin { get; init; }

    /// <summary>Why it failed; null otherwise.</summary>
    public ExecutorError? Error { get; init; }

    /// <summary>Things worth knowing that did not stop it.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What the look afterwards showed, in one sentence; null before it.</summary>
    public string? Verification { get; init; }

    /// <summary>Journal position of the request.</summary>
    public long FirstPosition { get; init; }

    /// <summary>Journal position of the last event about it.</summary>
    public long LastPosition { get; init; }
}

/// <summary>States of an operation, in the order in which they come.</summary>
public static class OperationStates
{
    /// <summary>Recorded; the executor may be acting.</summary>
    public const string Requested = "requested";

    /// <summary>The executor says it is done; not looked at yet.</summary>
    public const string Succeeded = "succeeded";

    /// <summary>The executor says nothing was done; not looked at yet.</summary>
    public const string Failed = "failed";

    /// <summary>A precondition did not hold; the kernel was not touched.</summary>
    public const string Rejected = "rejected";

    /// <summary>May or may not have happened.</summary>
    public const string Indeterminate = "indeterminate";

    /// <summary>The kernel shows what the executor said.</summary>
    public const string Verified = "verified";

    /// <summary>The kernel shows something else than the executor said.</summary>
    public const string Contradicted = "contradicted";

    /// <summary>Was indeterminate; a look has told what happened.</summary>
    public const string Settled = "settled";
}

/// <summary>Kinds of operation.</summary>
public static class OperationKinds
{
    /// <summary>Load a program.</summary>
    public const string ProgramLoad = "program.load";

    /// <summary>Let go of a program.</summary>
    public const string ProgramUnload = "program.unload";

    /// <summary>Pin a program.</summary>
    public const string ProgramPin = "program.pin";

    /// <summary>Remove a pin of a program.</summary>
    public const string ProgramUnpin = "program.unpin";

    /// <summary>Attach a program.</summary>
    public const string LinkAttach = "link.attach";

    /// <summary>Replace the program of a link.</summary>
    public const string LinkUpdate = "link.update";

    /// <summary>Detach.</summary>
    public const string LinkDetach = "link.detach";

    /// <summary>Pin a link.</summary>
    public const string LinkPin = "link.pin";

    /// <summary>Remove a pin of a link.</summary>
    public const string LinkUnpin = "link.unpin";
}
