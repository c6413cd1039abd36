namespace XdpAudit.Server;

/// <summary>How the process ends; the same numbers as the command line client's.</summary>
internal static class ExitCode
{
    internal const int Done = 0;
    internal const int Found = 1;
    internal const int Usage = 2;
    internal const int NotFound = 3;
    internal const int NotAllowed = 4;
    internal const int Unreachable = 5;
    internal const int Failed = 7;
    internal const int Interrupted = 130;
}
