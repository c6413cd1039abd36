using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary>The wording of all errors that arise here and not in the auditor.</summary>
internal static class LocalProblem
{
    /// <summary>Code of an error of evidence; exit code 6.</summary>
    internal const string EvidenceBroken = "evidence-broken";

    /// <summary>Code of an interruption; exit code 130.</summary>
    internal const string Interrupted = "interrupted";

    internal static Problem Usage(string title, string? remedy = null, params IReadOnlyList<string> candidates) =>
        new() { Code = ProblemCode.Usage, Status = 400, Title = title, Remedy = remedy, Candidates = candidates };

    internal static Problem NoVerb(string command, IEnumerable<string> verbs) =>
        Usage($"'{command}' needs a command after it", $"one of {string.Join(", ", verbs)}; '{command} --help' explains them");

    internal static Problem UnknownWord(string command, string word, IReadOnlyList<string> suggestions) =>
        Usage(
            word.StartsWith('-') ? $"'{command}' has no option '{word}'" : $"'{command}' does not know '{word}'",
            suggestions.Count == 0 ? $"'{command} --help' lists what it takes" : $"did you mean {string.Join(" or ", suggestions.Select(s => $"'{s}'"))}?");

    internal static Problem BadTime(string text) =>
        Usage(
            $"'{text}' is not a moment",
            "write 2026-11-22T18:40:03Z, 2026-11-22, now, a time ago as -5m or -2h30m, or position:N; a time without a zone is UTC");

    internal static Problem BadDuration(string text) =>
        Usage($"'{text}' is not a duration", "write a number and a unit, ms, s, m, h, d or w: 30s, 1h30m, 7d");

    internal static Problem NotInFuture(string text) => Usage($"'{text}' is not in the future", "say until when it holds: --expires 7d, or a time to come");

    internal static Problem BadExpiry(string text) =>
        Usage($"'{text}' is neither a duration nor a time", "say until when it holds: 7d, 12h, or 2026-12-24T18:00:00Z");

    internal static Problem Both(string one, string other) => Usage($"{one} and {other} exclude each other", "leave one of them out");

    internal static Problem BadServer(string text, string why) =>
        Usage($"'{text}' does not name an auditor: {why}", "write --server unix:/run/xdpaudit/api.sock or --server http://127.0.0.1:PORT");

    internal static Problem NoSocket(string where) =>
        Unreachable($"cannot reach the auditor at {where}: there is no such socket, so no auditor is running there", "start one with 'xdpaudit up', or name another with --server", "ENOENT");

    internal static Problem Refused(string where) =>
        Unreachable($"cannot reach the auditor at {where}: connection refused, nobody listens there any more", "start it with 'xdpaudit up', or name another with --server", "ECONNREFUSED");

    internal static Problem SocketDenied(string where, uint uid, string user) => new()
    {
        Code = ProblemCode.NotAllowed,
        Status = 403,
        Title = $"cannot reach the auditor at {where}: permission denied; you are uid {uid} and the socket is for group xdpaudit",
        Remedy = $"sudo usermod -aG xdpaudit {user}, then log in again",
        Errno = "EACCES",
    };

    internal static Problem CannotConnect(string where, string why) =>
        Unreachable($"cannot reach the auditor at {where}: {why}", "see that it runs and that --server or XDPAUDIT_SERVER names it");

    internal static Problem NoAnswer(string where, TimeSpan waited) =>
        Unreachable($"the auditor at {where} did not answer within {waited.TotalSeconds:0} s", "see its log, and 'xdpaudit doctor'");

    internal static Problem Lost(string where) =>
        Unreachable($"the connection to the auditor at {where} was lost before the answer was whole", "see that it still runs; for an operation, 'xdpaudit operation list' tells what came of it");

    internal static Problem NotAnAuditor(string where, string why) =>
        Unreachable($"what answers at {where} is not an auditor this program understands: {why}", "compare 'xdpaudit version' with the auditor's, and see what --server names");

    internal static Problem Refusal(string where, int status) => new()
    {
        Code = status == 404 ? "no-such-route" : "refused",
        Status = status == 404 ? 502 : status,
        Title = $"the auditor at {where} answered with HTTP status {status} and no explanation",
        Remedy = "see its log; compare 'xdpaudit version' with the auditor's",
    };

    internal static Problem Hole(string journal, long before, long after) => new()
    {
        Code = EvidenceBroken,
        Status = 500,
        Title = after > before
            ? $"the evidence is broken: the {journal} journal goes from position {before} to {after}"
            : $"the evidence is broken: the {journal} journal goes back from position {before} to {after}",
        Remedy = "keep the auditor's data directory as it is and find out who changed it",
    };

    internal static Problem UnsafeRemedy(string finding) => new()
    {
        Code = "unsafe-remedy",
        Status = 500,
        Title = $"the remedy of finding {finding} has a command with a control character, which cannot be printed safely",
        Remedy = $"read it with 'xdpaudit finding show {finding} -o json'",
    };

    internal static Problem NotDone(OperationView operation) => new()
    {
        Code = ProblemCode.OperationFailed,
        Status = 422,
        Title = operation.State == OperationStates.Contradicted
            ? $"the kernel contradicts {operation.Kind} of {operation.Target}: {operation.Verification ?? "it shows something else than the executor said"}"
            : $"{operation.Kind} of {operation.Target} is {operation.State}: {operation.Error?.Message ?? operation.Verification ?? "no reason was given"}",
        Remedy = $"xdpaudit operation show {operation.Id}",
        Errno = operation.Error?.ErrnoName,
        Operation = operation,
    };

    internal static Problem NoServerProgram(IEnumerable<string> looked) => new()
    {
        Code = "no-server",
        Status = 503,
        Title = $"cannot find the auditor's program, looked for {string.Join(" and ", looked)}",
        Remedy = "install the server beside this program, or name it in XDPAUDIT_SERVER_EXE",
    };

    internal static Problem CannotExecute(string path, string why) => new()
    {
        Code = "no-server",
        Status = 503,
        Title = $"cannot execute '{path}': {why}",
        Remedy = "see that it is an executable file for this machine, or name another in XDPAUDIT_SERVER_EXE",
    };

    internal static Problem CannotWrite(string why) => new()
    {
        Code = "output",
        Status = 500,
        Title = $"cannot write to the standard output: {why}",
        Remedy = "see that the disk is not full",
    };

    internal static Problem Stopped(bool operation) => new()
    {
        Code = Interrupted,
        Status = 499,
        Title = "interrupted",
        Remedy = operation ? "the operation may still be carried out; 'xdpaudit operation list' tells" : null,
    };

    private static Problem Unreachable(string title, string remedy, string? errno = null) =>
        new() { Code = ProblemCode.Unavailable, Status = 503, Title = title, Remedy = remedy, Errno = errno };
}
