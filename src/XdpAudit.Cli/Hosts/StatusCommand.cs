using System.CommandLine;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary><c>status</c>: the auditor itself.</summary>
internal static class StatusCommand
{
    internal static Command Make(Grammar g) => g.Verb(
        "status",
        "the auditor itself: whether it records, how far it is, and what you may do",
        async s =>
        {
            await s.ShowAsync(Routes.Status, ApiJson.Default.StatusView, HostRenderer.Status);
            return ExitCode.Done;
        },
        g.Output);
}
