using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary>Ends a command with an error that is told to the person; never a stack trace.</summary>
internal sealed class CliFailure(Problem problem) : Exception(problem.Title)
{
    /// <summary>What is told.</summary>
    internal Problem Problem { get; } = problem;

    /// <summary>How the process ends.</summary>
    internal int Exit => ExitCode.Of(Problem);
}
