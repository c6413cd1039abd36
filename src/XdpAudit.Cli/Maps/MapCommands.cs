using System.CommandLine;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary><c>map list</c>.</summary>
internal static class MapCommands
{
    internal static Command Make(Grammar g) => Grammar.Noun(
        "map",
        "maps that programs use, and those that no program uses any more",
        g.Verb(
            "list",
            "maps that exist",
            async s =>
            {
                var route = Route.With(Routes.Maps, ("at", s.At), ("all", s.Value(g.All) ? "true" : null));
                await s.ListAsync(route, ApiJson.Default.IReadOnlyListMapView, MapRenderer.List, "no maps");
                return ExitCode.Done;
            },
            g.All, g.At, g.Output));
}
