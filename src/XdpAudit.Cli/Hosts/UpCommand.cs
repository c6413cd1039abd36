using System.CommandLine;
using System.Globalization;

namespace XdpAudit.Cli;

/// <summary><c>up</c>: becomes the auditor's program, so that its pid, its terminal and its signals are those of what was typed.</summary>
internal static class UpCommand
{
    internal static Command Make(Grammar g)
    {
        var demo = new Option<bool>("--demo") { Description = "with a scene of its own in a private network namespace, to look around" };
        var once = new Option<bool>("--once") { Description = "with --demo: play the scene, print what came of it, and end" };
        var data = Text("--data", "DIR", "where the journal is kept");
        var listen = Text("--listen", "HOST:PORT", "where the dashboard listens");
        var postgres = Text("--postgres", "CONN", "a PostgreSQL server to use in place of a private one");
        var grace = Span("--grace", "how long something may be unused before it is called a leak, as 30s");
        var reconcile = Span("--reconcile-every", "how often to look at everything, as 5s");
        var socket = Text("--socket", "PATH", "where the API listens");
        var bpffs = Text("--bpffs", "DIR", "the bpffs on which the auditor pins what it loads");
        var ephemeral = new Option<bool>("--ephemeral") { Description = "forget everything at the end" };
        var allTypes = new Option<bool>("--all-types") { Description = "record programs of all types in full, not only XDP and EXT" };
        var tiers = Text("--tiers", "LIST", "how the recorder may listen: of perf,tracing,function,files; all when left out");
        var plugins = Text("--plugins", "DIR", "directory of the plugins that ship with the auditor");
        var plugin = new Option<string[]>("--plugin") { Description = "load this plugin and no other; may be given again", HelpName = "ID" };
        var allowList = Text("--allow-list", "FILE", "the operator's list of plugins that may be loaded");
        var noDashboard = new Option<bool>("--no-dashboard") { Description = "the API only" };
        IReadOnlyList<Option> passed = [demo, once, data, listen, postgres, grace, reconcile, socket, bpffs, ephemeral, allTypes, tiers, plugins, plugin, allowList, noDashboard];
        return g.Verb(
            "up",
            "run the auditor in the foreground",
            s =>
            {
                if (s.Value(once) && !s.Value(demo))
                {
                    throw new CliFailure(LocalProblem.Usage("--once is for --demo only", "write 'xdpaudit up --demo --once'"));
                }

                foreach (var span in (ReadOnlySpan<Option<string?>>)[grace, reconcile])
                {
                    if (s.Value(span) is { } text && !Duration.TryParse(text, out _))
                    {
                        throw new CliFailure(LocalProblem.BadDuration(text));
                    }
                }

                if (s.Value(listen) is { } address && !IsHostAndPort(address))
                {
                    throw new CliFailure(LocalProblem.Usage($"'{address}' is not an address to listen at", "write a host and a port, as 127.0.0.1:8088; port 0 takes a free one"));
                }

                return Task.FromResult(ServerProgram.Become(s.Around, ["up", .. passed.Where(s.Typed).SelectMany(o => o == plugin ? s.Words(o).SelectMany(w => new[] { o.Name, w }) : s.Words(o).Prepend(o.Name))]));
            },
            passed);
    }

    private static Option<string?> Text(string name, string value, string description) => new(name) { Description = description, HelpName = value };

    private static Option<string?> Span(string name, string description) => Text(name, "TIME", description);

    private static bool IsHostAndPort(string text) =>
        text.LastIndexOf(':') is > 0 and var colon && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
