using System.CommandLine;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary><c>state</c>: the host as it is known, now or then.</summary>
internal static class StateCommand
{
    internal static Command Make(Grammar g) => g.Verb(
        "state",
        "the whole host: programs, links, attachments and maps, now or at a moment",
        async s =>
        {
            await s.ShowAsync(Route.With(Routes.State, ("at", s.At)), ApiJson.Default.HostView, HostRenderer.State);
            return ExitCode.Done;
        },
        g.At, g.Output);
}
