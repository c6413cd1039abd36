using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary>All exit codes; docs/cli.md lists the same.</summary>
internal static class ExitCode
{
    /// <summary>Done; also when there was nothing to show.</summary>
    internal const int Done = 0;

    /// <summary>Findings or differences exist, where <c>--fail-on</c> asked for it; a check of doctor failed.</summary>
    internal const int Found = 1;

    /// <summary>The command line cannot be understood, or a selector fits more than one.</summary>
    internal const int Usage = 2;

    /// <summary>No such object.</summary>
    internal const int NotFound = 3;

    /// <summary>Not allowed.</summary>
    internal const int NotAllowed = 4;

    /// <summary>The auditor cannot be reached, or cannot read or write its journal now.</summary>
    internal const int NotReachable = 5;

    /// <summary>The evidence is broken: a journal has a hole or runs backwards.</summary>
    internal const int EvidenceBroken = 6;

    /// <summary>The operation failed, or the kernel contradicts it.</summary>
    internal const int OperationFailed = 7;

    /// <summary>Interrupted: 128 and SIGINT.</summary>
    internal const int Interrupted = 130;

    /// <summary>The exit code for an error; one of an unknown code is judged by its HTTP status.</summary>
    internal static int Of(Problem problem) => problem.Code switch
    {
        ProblemCode.NotFound => NotFound,
        ProblemCode.Ambiguous or ProblemCode.Usage => Usage,
        ProblemCode.NotAllowed => NotAllowed,
        ProblemCode.Unavailable => NotReachable,
        ProblemCode.OperationFailed => OperationFailed,
        LocalProblem.EvidenceBroken => EvidenceBroken,
        LocalProblem.Interrupted => Interrupted,
        _ => problem.Status switch
        {
            400 or 409 => Usage,
            401 or 403 => NotAllowed,
            404 => NotFound,
            502 or 503 or 504 => NotReachable,
            _ => OperationFailed,
        },
    };
}
