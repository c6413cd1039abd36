using System.CommandLine;
using System.CommandLine.Completions;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary>Options and arguments that several commands share, so that a word means the same everywhere, and the makers of commands.</summary>
internal sealed class Grammar
{
    internal Grammar(Surroundings around)
    {
        Around = around;
        Live = new LiveNames(this);
        Output.AcceptOnlyFromAmong(OutputFormats.Words);
        Mode.AcceptOnlyFromAmong("native", "generic", "offload");
        Executor.CompletionSources.Add(Live.Plugins);
        Link = Selector("LINK", "kernel id, pin:PATH or key of a link", Live.Links);
        Program = Selector("PROGRAM", "kernel id, name:X, tag:X, pin:PATH or key of a program", Live.Programs);
        Finding = Selector("ID", "id of a finding; its first characters suffice when they fit one", Live.Findings);
        Operation = Selector("ID", "id of an operation", Live.Operations);
    }

    internal Surroundings Around { get; }

    internal LiveNames Live { get; }

    internal Option<string?> Server { get; } = new("--server")
    {
        Description = "the auditor: unix:PATH or http://HOST:PORT; else $XDPAUDIT_SERVER, else unix:/run/xdpaudit/api.sock",
        HelpName = "WHERE",
        Recursive = true,
    };

    internal Option<string> Output { get; } = new("--output", "-o") { Description = "how data is written: table, json or jsonl", HelpName = "FORMAT", DefaultValueFactory = _ => "table" };

    internal Option<string?> At { get; } = new("--at")
    {
        Description = "as it was then: 2026-11-22T18:40:03Z, -5m, position:N; now when left out",
        HelpName = "T",
    };

    internal Option<bool> All { get; } = new("--all") { Description = "also those that have ended" };

    internal Option<string?> Reason { get; } = new("--reason") { Description = "why, for the record", HelpName = "TEXT" };

    internal Option<string?> Executor { get; } = new("--executor") { Description = "the executor that does it; the auditor's default when left out", HelpName = "NAME" };

    internal Option<string?> Pin { get; } = new("--pin") { Description = "where on a bpffs to pin it, in place of the auditor's own folder", HelpName = "PATH" };

    internal Option<bool> Ephemeral { get; } = new("--ephemeral") { Description = "no pin: it goes when the auditor ends" };

    internal Option<uint?> Expected { get; } = new("--expected") { Description = "only if this program, by kernel id, is in force now", HelpName = "ID" };

    internal Option<string?> Netns { get; } = new("--netns") { Description = "network namespace: a name, cookie:N or a path; the auditor's own when left out", HelpName = "N" };

    internal Option<string?> Mode { get; } = new("--mode") { Description = "native, generic or offload; the kernel chooses when left out", HelpName = "MODE" };

    internal Argument<string> Link { get; }

    internal Argument<string> Program { get; }

    internal Argument<string> Finding { get; }

    internal Argument<string> Operation { get; }

    /// <summary>A command that only groups others.</summary>
    internal static Command Noun(string name, string description, params IEnumerable<Command> verbs)
    {
        var command = new Command(name, description);
        foreach (var verb in verbs)
        {
            command.Add(verb);
        }

        return command;
    }

    /// <summary>A command that does something.</summary>
    internal Command Verb(string name, string description, Func<Session, Task<int>> run, params IEnumerable<Symbol> takes)
    {
        var command = new Command(name, description);
        foreach (var symbol in takes)
        {
            if (symbol is Argument argument)
            {
                command.Add(argument);
            }
            else
            {
                command.Add((Option)symbol);
            }
        }

        command.SetAction(async (parse, cancelled) =>
        {
            using var session = new Session(this, parse, cancelled);
            return await run(session);
        });
        return command;
    }

    private static Argument<string> Selector(string name, string description, Func<CompletionContext, IEnumerable<CompletionItem>> live)
    {
        var argument = new Argument<string>(name) { Description = description, HelpName = name };
        argument.CompletionSources.Add(live);
        return argument;
    }
}
