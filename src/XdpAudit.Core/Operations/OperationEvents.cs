namespace XdpAudit.Core;

/// <summary>What an operation is to do, as resolved before the act.</summary>
public sealed record OperationPlan
{
    /// <summary>One of <see cref="OperationKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The executor it is given to.</summary>
    public required string Executor { get; init; }

    /// <summary>On what, in one line for people.</summary>
    public required string Target { get; init; }

    /// <summary>load: the object file.</summary>
    public string? ObjectPath { get; init; }

    /// <summary>load: its SHA-256, lower-case hexadecimal.</summary>
    public string? ObjectSha256 { get; init; }

    /// <summary>load: the program's name in it.</summary>
    public string? ProgramName { get; init; }

    /// <summary>The program it acts on; for update the new one.</summary>
    public ProgramKey? Program { get; init; }

    /// <summary>The link it acts on.</summary>
    public LinkKey? Link { get; init; }

    /// <summary>Where it attaches or detaches.</summary>
    public AttachPointKey? AttachPoint { get; init; }

    /// <summary>The interface's names then.</summary>
    public InterfaceFacts? Interface { get; init; }

    /// <summary>The mode asked for.</summary>
    public XdpMode Mode { get; init; }

    /// <summary>By netlink.</summary>
    public bool ByNetlink { get; init; }

    /// <summary>Only if this program is in force.</summary>
    public KernelProgramId? ExpectedOld { get; init; }

    /// <summary>The pin to make or remove.</summary>
    public PinPath? Pin { get; init; }

    /// <summary>unload: the pins to remove.</summary>
    public IReadOnlyList<PinPath> Pins { get; init; } = [];
}

/// <summary>What an executor said it did.</summary>
public sealed record OperationResult
{
    /// <summary>The program.</summary>
    public ProgramKey? Program { get; init; }

    /// <summary>The link.</summary>
    public KernelLinkId? LinkId { get; init; }

    /// <summary>The mode it is in force in.</summary>
    public XdpMode Mode { get; init; }

    /// <summary>The pin made or removed.</summary>
    public PinPath? Pin { get; init; }

    /// <summary>One of <see cref="Abstractions.Persistence"/>.</summary>
    public string? Persistence { get; init; }

    /// <summary>unload: the kernel no longer lists the program.</summary>
    public bool? Gone { get; init; }

    /// <summary>Things worth knowing.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>An event about an operation.</summary>
public abstract record OperationEvent(OperationId Id) : JournalEvent
{
    /// <summary>The prefix of an operation's key.</summary>
    public const string Kind = "operation";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [$"{Kind}/{Id}"];
}

/// <summary>Somebody asked for it. Appended before the executor is called.</summary>
public sealed record OperationRequested(OperationId Id, OperationPlan Plan, ProcessIdentity RequestedBy, string? Reason) : OperationEvent(Id);

/// <summary>The executor says it is done.</summary>
public sealed record OperationSucceeded(OperationId Id, OperationResult Result) : OperationEvent(Id);

/// <summary>The executor says it was so already.</summary>
public sealed record OperationAlreadyApplied(OperationId Id, OperationResult Result) : OperationEvent(Id);

/// <summary>A precondition does not hold; the kernel was not touched.</summary>
public sealed record OperationRejected(OperationId Id, ExecutorError Error) : OperationEvent(Id);

/// <summary>The kernel refused.</summary>
public sealed record OperationFailed(OperationId Id, ExecutorError Error) : OperationEvent(Id);

/// <summary>It may or may not have happened; the next look settles it.</summary>
public sealed record OperationIndeterminate(OperationId Id, string Why) : OperationEvent(Id);

/// <summary>The kernel shows what the executor said.</summary>
public sealed record OperationVerified(OperationId Id, string Observation, string Sentence) : OperationEvent(Id);

/// <summary>The kernel shows something else than the executor said.</summary>
public sealed record OperationContradicted(OperationId Id, string Observation, string Sentence) : OperationEvent(Id);

/// <summary>A look has told what became of an indeterminate operation.</summary>
public sealed record OperationSettled(OperationId Id, string Observation, bool Applied, string Sentence) : OperationEvent(Id);
