namespace XdpAudit.Abstractions;

/// <summary>An error, as <c>application/problem+json</c> (RFC 9457).</summary>
public sealed record Problem
{
    /// <summary>Stable code: <c>not-found</c>, <c>ambiguous</c>, <c>not-allowed</c>, <c>usage</c>, <c>operation-failed</c>, <c>unavailable</c>.</summary>
    public required string Code { get; init; }

    /// <summary>HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>What was tried, on what, and why it failed; lower case, no full stop.</summary>
    public required string Title { get; init; }

    /// <summary>The next step.</summary>
    public string? Remedy { get; init; }

    /// <summary>errno name where a system call failed.</summary>
    public string? Errno { get; init; }

    /// <summary>For an ambiguous selector: what it fits, one line each. For an unknown name: at most three suggestions.</summary>
    public IReadOnlyList<string> Candidates { get; init; } = [];

    /// <summary>The operation, when one was recorded.</summary>
    public OperationView? Operation { get; init; }
}

/// <summary>Codes of <see cref="Problem"/>.</summary>
public static class ProblemCode
{
    /// <summary>Status 404; CLI exit code 3.</summary>
    public const string NotFound = "not-found";

    /// <summary>Status 409: a selector fits more than one; CLI exit code 2.</summary>
    public const string Ambiguous = "ambiguous";

    /// <summary>Status 403; CLI exit code 4.</summary>
    public const string NotAllowed = "not-allowed";

    /// <summary>Status 400; CLI exit code 2.</summary>
    public const string Usage = "usage";

    /// <summary>Status 422: the operation failed, was rejected or is contradicted by the kernel; CLI exit code 7.</summary>
    public const string OperationFailed = "operation-failed";

    /// <summary>Status 503: the journal cannot be written or read now; CLI exit code 5.</summary>
    public const string Unavailable = "unavailable";
}

/// <summary>Answer of <c>GET /v1/status</c>.</summary>
public sealed record StatusView
{
    /// <summary>The auditor's version.</summary>
    public required string Version { get; init; }

    /// <summary>Its process.</summary>
    public required int Pid { get; init; }

    /// <summary>The host.</summary>
    public required HostId Host { get; init; }

    /// <summary>When it started, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The host journal's last position.</summary>
    public required long Position { get; init; }

    /// <summary>The server journal's last position.</summary>
    public required long ServerPosition { get; init; }

    /// <summary>When it last looked, UTC; null before the first look.</summary>
    public DateTimeOffset? LastLookAt { get; init; }

    /// <summary>How long it looked, milliseconds.</summary>
    public double? LastLookMilliseconds { get; init; }

    /// <summary>Why it cannot record now; null when it can.</summary>
    public string? Trouble { get; init; }

    /// <summary>Findings that are open or regressed.</summary>
    public required int OpenFindings { get; init; }

    /// <summary>Plugins and their state, for example <c>libbpf</c>: <c>active</c>.</summary>
    public IReadOnlyDictionary<string, string> Plugins { get; init; } = new Dictionary<string, string>();

    /// <summary>What each sensor can see, by plugin.</summary>
    public IReadOnlyDictionary<string, SensorStatus> Sensors { get; init; } = new Dictionary<string, SensorStatus>();

    /// <summary>How far each sink has come and what keeps it, by plugin.</summary>
    public IReadOnlyDictionary<string, SinkStatus> Sinks { get; init; } = new Dictionary<string, SinkStatus>();

    /// <summary>What the caller may do: <c>operate</c> or <c>read</c>.</summary>
    public required string Role { get; init; }
}

/// <summary>Answer of <c>POST /v1/reconcile</c>: what one look found.</summary>
public sealed record ReconcileView
{
    /// <summary>The look.</summary>
    public required string Observation { get; init; }

    /// <summary>The journal's last position after it.</summary>
    public required long Position { get; init; }

    /// <summary>The events it led to.</summary>
    public IReadOnlyList<HistoryEntry> Events { get; init; } = [];

    /// <summary>Its coverage.</summary>
    public required Coverage Coverage { get; init; }

    /// <summary>How long it took, milliseconds.</summary>
    public required double Milliseconds { get; init; }
}

/// <summary>Answer of <c>GET /v1/diff</c>: what is different between two moments.</summary>
public sealed record DiffView
{
    /// <summary>The earlier moment, UTC.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>The later moment, UTC.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>Objects that appeared, went or changed.</summary>
    public IReadOnlyList<DiffLine> Lines { get; init; } = [];
}

/// <summary>One difference.</summary>
/// <param name="Change"><c>appeared</c>, <c>gone</c> or <c>changed</c>.</param>
/// <param name="Kind"><c>program</c>, <c>link</c>, <c>attachment</c> or <c>map</c>.</param>
/// <param name="Key">Our identity of it.</param>
/// <param name="Name">For people.</param>
/// <param name="What">In words: <c>attached to eth0 native by link 17</c>, or the members that differ with both values.</param>
public sealed record DiffLine(string Change, string Kind, string Key, string Name, string What);

/// <summary>Answer of <c>GET /v1/doctor</c>.</summary>
/// <param name="Ok">No check failed.</param>
/// <param name="Checks">All of them.</param>
public sealed record DoctorView(bool Ok, IReadOnlyList<DoctorCheck> Checks);

/// <summary>One check.</summary>
/// <param name="Name">What was checked.</param>
/// <param name="State"><c>ok</c>, <c>failed</c>, or <c>note</c> for something that limits what can be seen but is no fault.</param>
/// <param name="Found">What was found.</param>
/// <param name="Remedy">The next step; null when ok.</param>
public sealed record DoctorCheck(string Name, string State, string Found, string? Remedy);
