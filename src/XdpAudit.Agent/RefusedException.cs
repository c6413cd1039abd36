namespace XdpAudit.Agent;

/// <summary>A request that cannot be granted, with all that the caller should be told. Nothing was done.</summary>
public sealed class RefusedException(Problem problem) : Exception(problem.Title)
{
    /// <summary>What the caller is told.</summary>
    public Problem Problem { get; } = problem;
}

/// <summary>All refusals in words.</summary>
public static class Refusals
{
    private const int Named = 12;

    /// <summary>The selector is none.</summary>
    public static RefusedException BadSelector(string text, string what) => Of(
        ProblemCode.Usage, 400, $"cannot read '{text}' as a selector of a {what}", "use a kernel id, name:X, tag:X, pin:PATH or a key");

    /// <summary>It fits nothing.</summary>
    public static RefusedException NotFound(string text, string what, IReadOnlyList<string> similar) => Of(
        ProblemCode.NotFound, 404, $"no {what} fits '{text}'", similar.Count > 0 ? "did you mean one of these?" : $"list them: xdpaudit {what} list", similar);

    /// <summary>It fits more than one; twelve of them are named, where they are in order the last.</summary>
    public static RefusedException Ambiguous(string text, string what, IReadOnlyList<string> candidates) => Of(
        ProblemCode.Ambiguous, 409, $"'{text}' fits {candidates.Count} {what}s",
        candidates.Count > Named ? $"name one of them by its key; {Named} of them are below" : "name one of them by its key", [.. candidates.TakeLast(Named)]);

    /// <summary>The request itself is wrong.</summary>
    public static RefusedException Usage(string title, string? remedy = null) => Of(ProblemCode.Usage, 400, title, remedy);

    /// <summary>The journal cannot be written now.</summary>
    public static RefusedException Unavailable(string why) => Of(
        ProblemCode.Unavailable, 503, $"nothing was done: an operation is recorded before it is done, and the journal cannot be written: {why}", "see xdpaudit doctor");

    /// <summary>The auditor ends.</summary>
    public static RefusedException Stopped() => Of(ProblemCode.Unavailable, 503, "nothing was done: the auditor is stopping", "start it again: xdpaudit up");

    /// <summary>An interface that is not there.</summary>
    public static RefusedException NoInterface(string name, string? netns, IReadOnlyList<string> similar) => Of(
        ProblemCode.NotFound, 404, $"cannot find interface '{name}' in {(netns is null ? "the auditor's own network namespace" : $"network namespace '{netns}'")}",
        similar.Count > 0 ? "did you mean one of these?" : "see ip link; for another namespace name it with --netns", similar);

    /// <summary>A network namespace that is not there.</summary>
    public static RefusedException NoNetns(string name, IReadOnlyList<string> known) => Of(
        ProblemCode.NotFound, 404, $"cannot find network namespace '{name}'", "name it as ip netns does, or by cookie:N", known);

    /// <summary>Any refusal.</summary>
    public static RefusedException Of(string code, int status, string title, string? remedy, IReadOnlyList<string>? candidates = null) =>
        new(new() { Code = code, Status = status, Title = title, Remedy = remedy, Candidates = candidates ?? [] });
}
