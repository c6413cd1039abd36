using System.CommandLine;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary><c>NOUN history</c>: all events about one thing.</summary>
internal static class HistoryCommand
{
    internal static Command Make(Grammar g, string description, string route, string parameter, Argument<string> which) => g.Verb(
        "history",
        description,
        async s =>
        {
            await s.ListAsync(Route.With(route, (parameter, s.Value(which))), ApiJson.Default.IReadOnlyListHistoryEntry, HistoryRenderer.List, "no events");
            return ExitCode.Done;
        },
        which, g.Output);
}
