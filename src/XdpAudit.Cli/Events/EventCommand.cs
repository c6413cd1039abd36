using System.CommandLine;
using System.Globalization;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary><c>events</c>: a journal from a moment on, and what comes.</summary>
internal static class EventCommand
{
    internal static Command Make(Grammar g)
    {
        var follow = new Option<bool>("--follow", "-f") { Description = "stay and write events as they are recorded; without --since only new ones" };
        var since = new Option<string?>("--since") { Description = "from then on: 2026-11-22T18:40:03Z, -5m or position:N; from the beginning when left out", HelpName = "T" };
        var program = new Option<string?>("--program") { Description = "only events about this program: kernel id, name:X, tag:X, pin:PATH or key", HelpName = "SEL" };
        program.CompletionSources.Add(g.Live.Programs);
        var journal = new Option<string>("--journal") { Description = "host for programs and links, server for findings and plugins", HelpName = "NAME", DefaultValueFactory = _ => "host" };
        journal.AcceptOnlyFromAmong("host", "server");
        return g.Verb(
            "events",
            "the events of a journal, oldest first",
            async s =>
            {
                var moment = s.Value(since) is { } text ? Moment.Parse(text, s.Now) : null;
                var source = new EventSource(s, s.Value(journal)!, s.Value(program), moment);
                var writer = new EventWriter(s, endless: s.Value(follow));
                writer.Begin();
                if (!s.Value(follow) || moment is not null)
                {
                    await foreach (var entry in source.RecordedAsync())
                    {
                        writer.Write(entry);
                    }
                }

                if (s.Value(follow))
                {
                    await foreach (var entry in source.ComingAsync())
                    {
                        writer.Write(entry);
                    }
                }

                writer.End();
                return ExitCode.Done;
            },
            follow, since, program, journal, g.Output);
    }
}
