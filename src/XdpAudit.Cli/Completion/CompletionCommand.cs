using System.CommandLine;

namespace XdpAudit.Cli;

/// <summary><c>completion</c> writes a script for a shell; the script calls the hidden <c>complete</c> for each TAB.</summary>
internal static class CompletionCommand
{
    internal static Command Make(Grammar g)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish", HelpName = "SHELL" };
        shell.AcceptOnlyFromAmong(CompletionScripts.Shells);
        return g.Verb(
            "completion",
            "a script that completes commands, options and live ids: source <(xdpaudit completion bash)",
            s =>
            {
                s.Around.Out.Write(CompletionScripts.For(s.Value(shell)));
                return Task.FromResult(ExitCode.Done);
            },
            shell);
    }

    /// <summary>Answers with the words that fit at the end of a line, one a line.</summary>
    internal static Command Complete(Grammar g)
    {
        var line = new Argument<string>("LINE") { Description = "the command line up to the cursor" };
        var command = g.Verb(
            "complete",
            "words that fit at the end of a line",
            s =>
            {
                foreach (var word in Words(s.Value(line), g))
                {
                    s.Around.Out.Write(word + "\n");
                }

                return Task.FromResult(ExitCode.Done);
            },
            line);
        command.Hidden = true;
        return command;
    }

    private static List<string> Words(string line, Grammar g)
    {
        // The first word is however this program was called: by its name, by a path, by an alias.
        var rest = line.TrimStart();
        var blank = rest.IndexOf(' ', StringComparison.Ordinal);
        rest = blank < 0 ? "" : rest[blank..].TrimStart();
        var word = rest[(rest.LastIndexOf(' ') + 1)..];
        var parse = Commands.Root(g).Parse(rest);
        var fitting = parse.GetCompletions(rest.Length)
            .Select(c => c.InsertText ?? c.Label)
            .Where(c => c.StartsWith(word, StringComparison.Ordinal))
            .Distinct()
            .ToList();
        var words = fitting.Where(c => !c.StartsWith('-')).ToList();
        if (words.Count > 0 || word.StartsWith('-'))
        {
            return word.StartsWith('-') ? fitting : words;
        }

        // Where an argument is missing that only the person knows, as a file, the shell offers files when we offer nothing.
        return parse.CommandResult.Command.Arguments.Any(a => a.Arity.MinimumNumberOfValues > (parse.GetResult(a)?.Tokens.Count ?? 0)) ? [] : fitting;
    }
}
