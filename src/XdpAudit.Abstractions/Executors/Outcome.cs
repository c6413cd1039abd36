namespace XdpAudit.Abstractions;

/// <summary>How an executor's call ended.</summary>
public enum OutcomeKind
{
    /// <summary>A kind this version does not know; read it as <see cref="Indeterminate"/>.</summary>
    Unknown = 0,

    /// <summary>Done by this call.</summary>
    Succeeded = 1,

    /// <summary>Already so, by an earlier call with the same operation id or because nothing was there to do.</summary>
    AlreadyApplied = 2,

    /// <summary>A precondition does not hold; nothing was done to the kernel.</summary>
    Rejected = 3,

    /// <summary>The kernel refused; nothing is left behind.</summary>
    Failed = 4,

    /// <summary>This executor, or this kernel, cannot do it.</summary>
    Unsupported = 5,

    /// <summary>It may or may not have happened; only looking can tell.</summary>
    Indeterminate = 6,
}

/// <summary>The answer to an executor's call. Expected failures are data; an exception is a fault of the plugin.</summary>
public sealed record Outcome<T>
    where T : class
{
    /// <summary>How it ended.</summary>
    public required OutcomeKind Kind { get; init; }

    /// <summary>Set when <see cref="OutcomeKind.Succeeded"/> or <see cref="OutcomeKind.AlreadyApplied"/>.</summary>
    public T? Value { get; init; }

    /// <summary>Set otherwise.</summary>
    public ExecutorError? Error { get; init; }

    /// <summary>Things worth knowing that did not stop it.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>Makers of outcomes.</summary>
public static class Outcome
{
    /// <summary>Done.</summary>
    public static Outcome<T> Succeeded<T>(T value) where T : class => new() { Kind = OutcomeKind.Succeeded, Value = value };

    /// <summary>Already so.</summary>
    public static Outcome<T> AlreadyApplied<T>(T value) where T : class => new() { Kind = OutcomeKind.AlreadyApplied, Value = value };

    /// <summary>A precondition does not hold.</summary>
    public static Outcome<T> Rejected<T>(ExecutorError error) where T : class => new() { Kind = OutcomeKind.Rejected, Error = error };

    /// <summary>The kernel refused.</summary>
    public static Outcome<T> Failed<T>(ExecutorError error) where T : class => new() { Kind = OutcomeKind.Failed, Error = error };

    /// <summary>Cannot be done by this executor.</summary>
    public static Outcome<T> Unsupported<T>(string capability) where T : class =>
        new() { Kind = OutcomeKind.Unsupported, Error = new() { Code = ErrorCode.Unsupported, Message = $"this executor has no '{capability}'" } };
}

/// <summary>Stable error codes. An open set: plugins may add their own, with a dot.</summary>
public static class ErrorCode
{
    /// <summary>The verifier refused the program; the log says why.</summary>
    public const string VerifierRejected = "verifier.rejected";

    /// <summary>The object file cannot be read as a BPF ELF object.</summary>
    public const string ObjectInvalid = "object.invalid";

    /// <summary>The object file is not the one that was asked for: its SHA-256 differs.</summary>
    public const string ObjectChanged = "object.changed";

    /// <summary>The object has no program of that name.</summary>
    public const string ProgramNotInObject = "object.program-not-found";

    /// <summary>No such program, link, map or pin.</summary>
    public const string NotFound = "not-found";

    /// <summary>No such interface.</summary>
    public const string InterfaceNotFound = "interface.not-found";

    /// <summary>No such network namespace.</summary>
    public const string NamespaceNotFound = "netns.not-found";

    /// <summary>The attach point or pin path is occupied.</summary>
    public const string Busy = "busy";

    /// <summary>What is there is not what the caller expected to be there.</summary>
    public const string Unexpected = "unexpected-old";

    /// <summary>Missing privilege.</summary>
    public const string Permission = "permission";

    /// <summary>The link is defunct: its interface is gone or it was detached.</summary>
    public const string Defunct = "link.defunct";

    /// <summary>The handle is of an earlier life of the executor.</summary>
    public const string StaleHandle = "stale-handle";

    /// <summary>The driver, the kernel or the executor cannot do this.</summary>
    public const string Unsupported = "unsupported";

    /// <summary>Anything else the kernel said; see errno.</summary>
    public const string Kernel = "kernel";
}

/// <summary>Why a call failed.</summary>
public sealed record ExecutorError
{
    /// <summary>One of <see cref="ErrorCode"/> or a plugin's own.</summary>
    public required string Code { get; init; }

    /// <summary>What was tried, on what, why it failed and the next step; lower case, no full stop.</summary>
    public required string Message { get; init; }

    /// <summary>errno(3), positive: 13 is EACCES.</summary>
    public int? Errno { get; init; }

    /// <summary>Its name: <c>EACCES</c>.</summary>
    public string? ErrnoName { get; init; }

    /// <summary>The call that failed: <c>bpf(BPF_PROG_LOAD)</c>.</summary>
    public string? Function { get; init; }

    /// <summary>What the verifier said.</summary>
    public TextArtifact? VerifierLog { get; init; }

    /// <summary>The kernel's extended acknowledgement (netlink(7), NLMSGERR_ATTR_MSG), where it gave one.</summary>
    public string? ExtAck { get; init; }
}

/// <summary>A long text, possibly cut; the digest is of the whole.</summary>
public sealed record TextArtifact
{
    /// <summary>The text, at most as many bytes as the caller allowed.</summary>
    public required string Text { get; init; }

    /// <summary>Bytes of the whole text.</summary>
    public required long FullLength { get; init; }

    /// <summary>SHA-256 of the whole text, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The text is not the whole.</summary>
    public bool Truncated { get; init; }
}
