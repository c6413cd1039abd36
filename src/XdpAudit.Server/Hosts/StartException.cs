namespace XdpAudit.Server;

/// <summary>The auditor cannot start; the message says why and what to do.</summary>
internal sealed class StartException(string message, int exitCode) : Exception(message)
{
    internal int ExitCode { get; } = exitCode;
}
