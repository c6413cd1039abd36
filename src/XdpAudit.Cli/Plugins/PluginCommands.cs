using System.CommandLine;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary>
/// <c>plugin</c>: what runs is asked of the auditor; what may run is decided on the files of this machine, by the auditor's program, which knows how to
/// read a plugin without running it.
/// </summary>
internal static class PluginCommands
{
    internal static Command Make(Grammar g)
    {
        var folder = new Argument<string>("DIR") { Description = "the plugin's folder", HelpName = "DIR" };
        var id = new Argument<string>("ID") { Description = "the plugin's id", HelpName = "ID" };
        id.CompletionSources.Add(g.Live.Plugins);
        var list = new Option<string?>("--allow-list") { Description = "the operator's list; /etc/xdpaudit/plugins.allow.json when left out", HelpName = "FILE" };
        var yes = new Option<bool>("--yes") { Description = "do not ask" };
        var isolation = new Option<string?>("--isolation") { Description = "process or in-process; what the plugin asks for when left out", HelpName = "WHERE" };
        isolation.AcceptOnlyFromAmong(PluginIsolation.Process, PluginIsolation.InProcess);
        var native = new Option<string?>("--allow-native") { Description = "native libraries it may use; those it names when left out", HelpName = "LIST" };
        var inside = new Option<bool>("--native-in-process") { Description = "it may use native code inside the auditor" };
        var conformance = new Option<bool>("--conformance") { Description = "when they pass, run it and try what its kind promises" };
        return Grammar.Noun(
            "plugin",
            "which plugins may be loaded, and how it stands with those that are",
            g.Verb("list", "the plugins that the auditor was told of, or without one those that it would load", s => ListAsync(g, s, list), list, g.Output),
            g.Verb(
                "show",
                "one plugin: who approved it, its files, where it runs",
                async s =>
                {
                    await s.ShowAsync(Route.With(Routes.Plugin, ("id", s.Value(id))), ApiJson.Default.PluginView, PluginRenderer.Show);
                    return ExitCode.Done;
                },
                id, g.Output),
            Local(g, "verify", "run all checks on a plugin's folder, and nothing of it unless asked; exits with 1 when one fails", folder, list, conformance, g.Output),
            Local(g, "approve", "look at a plugin's folder, and let it be loaded", folder, list, yes, g.Reason, isolation, native, inside, g.Output),
            Local(g, "enable", "load an approved plugin from the next start on", id, list),
            Local(g, "disable", "do not load a plugin from the next start on", id, list),
            Local(g, "revoke", "take a plugin off the operator's list", id, list));
    }

    private static async Task<int> ListAsync(Grammar g, Session s, Option<string?> list)
    {
        try
        {
            await s.ListAsync(Routes.Plugins, ApiJson.Default.IReadOnlyListPluginView, PluginRenderer.List, "no plugins");
            return ExitCode.Done;
        }
        catch (CliFailure failure) when (failure.Problem is { Code: ProblemCode.Unavailable, Errno: "ENOENT" or "ECONNREFUSED" } && s.Auditor.Endpoint.Socket is not null)
        {
            if (s.Around.ErrorIsTerminal)
            {
                s.Say("no auditor is running; reading the lists that one would read");
            }

            return ServerProgram.Become(s.Around, ["plugin", "list", "-o", s.Value(g.Output)!, .. Typed(s, [list])]);
        }
    }

    private static Command Local(Grammar g, string verb, string description, Argument<string> what, params Option[] options) => g.Verb(
        verb,
        description,
        s => Task.FromResult(ServerProgram.Become(s.Around, ["plugin", verb, Path.IsPathRooted(s.Value(what)) || what.Name == "ID" ? s.Value(what) : Path.GetFullPath(s.Value(what), s.Around.WorkingDirectory), .. Typed(s, options)])),
        options.Prepend<Symbol>(what));

    private static IEnumerable<string> Typed(Session s, IEnumerable<Option> options) => options.Where(s.Typed).SelectMany(o => s.Words(o).Prepend(o.Name));
}
