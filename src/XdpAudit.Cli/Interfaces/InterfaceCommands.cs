using System.CommandLine;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary><c>interface history</c>.</summary>
internal static class InterfaceCommands
{
    internal static Command Make(Grammar g)
    {
        var name = new Argument<string>("NAME") { Description = "an interface's name, now or then", HelpName = "NAME" };
        name.CompletionSources.Add(g.Live.Interfaces);
        var netns = new Option<string?>("--netns") { Description = "only in this network namespace: a name, cookie:N or a path", HelpName = "N" };
        return Grammar.Noun(
            "interface",
            "what was attached to an interface",
            g.Verb(
                "history",
                "all that happened at every attach point that had this name",
                async s =>
                {
                    var route = Route.With(Routes.InterfaceHistory, ("name", s.Value(name)), ("netns", s.Value(netns)));
                    await s.ListAsync(route, ApiJson.Default.IReadOnlyListHistoryEntry, HistoryRenderer.List, "no events");
                    return ExitCode.Done;
                },
                name, netns, g.Output));
    }
}
