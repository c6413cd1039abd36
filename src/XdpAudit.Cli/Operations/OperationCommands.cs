using System.CommandLine;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary><c>operation list</c> and <c>show</c>.</summary>
internal static class OperationCommands
{
    internal static Command Make(Grammar g) => Grammar.Noun(
        "operation",
        "what the auditor was asked to do, and what came of it",
        g.Verb(
            "list",
            "operations, newest first",
            async s =>
            {
                await s.ListAsync(Route.With(Routes.Operations, ("at", s.At)), ApiJson.Default.IReadOnlyListOperationView, OperationRenderer.List, "no operations");
                return ExitCode.Done;
            },
            g.At, g.Output),
        g.Verb(
            "show",
            "one operation; as json with the whole verifier log",
            async s =>
            {
                await s.ShowAsync(Route.With(Routes.Operation, ("id", s.Value(g.Operation)), ("at", s.At)), ApiJson.Default.OperationView, OperationRenderer.Show);
                return ExitCode.Done;
            },
            g.Operation, g.At, g.Output));
}
