using System.CommandLine;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary><c>holder list</c>.</summary>
internal static class HolderCommands
{
    internal static Command Make(Grammar g) => Grammar.Noun(
        "holder",
        "what keeps a program alive",
        g.Verb(
            "list",
            "everything that keeps a program in the kernel",
            async s =>
            {
                var route = Route.With(Routes.ProgramHolders, ("select", s.Value(g.Program)), ("at", s.At));
                await s.ListAsync(route, ApiJson.Default.IReadOnlyListHolderView, HolderRenderer.List, "nothing holds it");
                return ExitCode.Done;
            },
            g.Program, g.At, g.Output));
}
