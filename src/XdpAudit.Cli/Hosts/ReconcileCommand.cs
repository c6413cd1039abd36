using System.CommandLine;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary><c>reconcile</c>: look now.</summary>
internal static class ReconcileCommand
{
    internal static Command Make(Grammar g) => g.Verb(
        "reconcile",
        "look at the kernel now, record what is new, and say what it was",
        async s =>
        {
            var answer = await s.WaitingAsync("waiting for a full look ...", s.Auditor.PostAsync(Routes.Reconcile, null, ApiJson.Default.ReconcileView, s.Cancelled));
            s.Show(answer, ApiJson.Default.ReconcileView, HostRenderer.Reconcile);
            return ExitCode.Done;
        },
        g.Output);
}
