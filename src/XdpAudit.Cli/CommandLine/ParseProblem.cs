using System.CommandLine;
using System.CommandLine.Parsing;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary>Tells in one sentence what is wrong with a command line.</summary>
internal static class ParseProblem
{
    /// <summary>The first error, in our words where we have better ones.</summary>
    internal static Problem Of(ParseResult parse)
    {
        var command = parse.CommandResult.Command;
        var path = Path(parse.CommandResult);
        if (parse.UnmatchedTokens is [var word, ..])
        {
            return LocalProblem.UnknownWord(path, word, Suggestions.For(word, Known(parse.CommandResult, word)));
        }

        if (command.Subcommands.Count > 0)
        {
            return LocalProblem.NoVerb(path, command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name));
        }

        foreach (var argument in command.Arguments)
        {
            if (argument.Arity.MinimumNumberOfValues > (parse.GetResult(argument)?.Tokens.Count ?? 0))
            {
                return LocalProblem.Usage($"'{path}' needs {argument.Name}: {argument.Description}", $"'{path} --help' shows how it is written");
            }
        }

        foreach (var option in command.Options)
        {
            var result = parse.GetResult(option);
            if (option.Required && result is null or { IdentifierTokenCount: 0, Tokens.Count: 0 })
            {
                return LocalProblem.Usage($"'{path}' needs {option.Name} {option.HelpName}: {option.Description}", $"'{path} --help' shows how it is written");
            }

            if (result is { Tokens.Count: 0 } && option.Arity.MinimumNumberOfValues > 0 && !result.Implicit)
            {
                return LocalProblem.Usage($"{option.Name} needs a value: {option.Description}", $"'{path} --help' shows how it is written");
            }

            if (result?.Errors.FirstOrDefault() is { } wrong)
            {
                return LocalProblem.Usage($"{option.Name} cannot be '{string.Join(' ', result.Tokens.Select(t => t.Value))}': {option.Description}", $"'{path} --help' shows how it is written");
            }
        }

        return LocalProblem.Usage(parse.Errors[0].Message, $"'{path} --help' shows how it is written");
    }

    /// <summary>A command as it is typed, from the program's name on.</summary>
    internal static string Path(CommandResult result) => result.Parent is CommandResult parent ? $"{Path(parent)} {result.Command.Name}" : result.Command.Name;

    private static IEnumerable<string> Known(CommandResult result, string word)
    {
        if (!word.StartsWith('-'))
        {
            return result.Command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name);
        }

        var options = result.Command.Options.Where(o => !o.Hidden).Select(o => o.Name);
        for (var parent = result.Parent; parent is not null; parent = parent.Parent)
        {
            options = options.Concat(((CommandResult)parent).Command.Options.Where(o => o.Recursive && !o.Hidden).Select(o => o.Name));
        }

        return options.Distinct();
    }
}
