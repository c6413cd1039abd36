using System.CommandLine;

namespace XdpAudit.Server;

/// <summary>
/// <c>plugin</c>: what is done to allow-lists, with or without an auditor that runs. It decides what code runs with all rights, so it works on the files of
/// this machine, and by whoever may write them.
/// </summary>
internal static class PluginCommand
{
    internal static Command Make()
    {
        var folder = new Argument<string>("DIR") { Description = "the plugin's folder" };
        var id = new Argument<string>("ID") { Description = "the plugin's id" };
        var list = new Option<string?>("--allow-list") { Description = $"the operator's list; {PluginLists.DefaultOperator} when left out", HelpName = "FILE" };
        var plugins = new Option<string?>("--plugins") { Description = "directory of the plugins that ship with the auditor", HelpName = "DIR" };
        var output = new Option<string>("-o", "--output") { DefaultValueFactory = _ => "table" };
        var yes = new Option<bool>("--yes") { Description = "do not ask" };
        var reason = new Option<string?>("--reason") { Description = "why, for the record", HelpName = "TEXT" };
        var isolation = new Option<string?>("--isolation") { Description = "process or in-process; what the plugin asks for when left out", HelpName = "WHERE" };
        isolation.AcceptOnlyFromAmong(PluginIsolation.Process, PluginIsolation.InProcess);
        var native = new Option<string?>("--allow-native") { Description = "native libraries it may use; those it names when left out", HelpName = "LIST" };
        var inside = new Option<bool>("--native-in-process") { Description = "it may use native code inside the auditor" };
        var conformance = new Option<bool>("--conformance") { Description = "when they pass, run it and try what its kind promises" };
        var enabled = new Option<string?>("--enabled") { Description = "ids that are loaded unasked", HelpName = "LIST" };

        PluginDesk Desk(ParseResult parsed) => new(
            new() { Plugins = parsed.GetValue(plugins) ?? UpCommand.ShippedPlugins, Operator = parsed.GetValue(list) }, parsed.GetValue(output) is "json" or "jsonl");

        var approve = new Command("approve", "look at a plugin's folder, and let it be loaded") { folder, list, plugins, output, yes, reason, isolation, native, inside };
        approve.SetAction(parsed => Desk(parsed).Approve(
            parsed.GetRequiredValue(folder),
            new()
            {
                By = Person.Name, At = TimeProvider.System.GetUtcNow(), Reason = parsed.GetValue(reason), Isolation = parsed.GetValue(isolation),
                AllowNative = parsed.GetValue(native)?.Split(',', StringSplitOptions.RemoveEmptyEntries), NativeInProcess = parsed.GetValue(inside),
            },
            parsed.GetValue(yes)));
        var verify = new Command("verify", "run all checks on a plugin's folder; exits with 1 when one fails") { folder, list, plugins, output, conformance };
        verify.SetAction((parsed, cancellation) => Task.FromResult(Desk(parsed).Verify(parsed.GetRequiredValue(folder), parsed.GetValue(conformance), cancellation)));
        var show = new Command("list", "the plugins that may be loaded") { list, plugins, output };
        show.SetAction(parsed => Desk(parsed).List());
        var enable = new Command("enable", "load an approved plugin at the next start") { id, list, plugins, output };
        enable.SetAction(parsed => Desk(parsed).Enable(parsed.GetRequiredValue(id), true));
        var disable = new Command("disable", "do not load a plugin at the next start") { id, list, plugins, output };
        disable.SetAction(parsed => Desk(parsed).Enable(parsed.GetRequiredValue(id), false));
        var revoke = new Command("revoke", "take a plugin off the operator's list") { id, list, plugins, output };
        revoke.SetAction(parsed => Desk(parsed).Revoke(parsed.GetRequiredValue(id)));
        var ship = new Command("ship", "write the list of all plugins in a directory, for whoever makes a package of it") { folder, enabled, output };
        ship.SetAction(parsed => PluginDesk.Ship(parsed.GetRequiredValue(folder), parsed.GetValue(enabled)?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? []));
        return new("plugin", "which plugins may be loaded") { approve, verify, show, enable, disable, revoke, ship };
    }
}
