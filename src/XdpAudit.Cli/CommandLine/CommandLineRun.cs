using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace XdpAudit.Cli;

/// <summary>Runs one command line from its words to its exit code.</summary>
internal static class CommandLineRun
{
    /// <summary>Parses, does it, tells errors; never throws for anything a person or the auditor may cause.</summary>
    internal static async Task<int> OfAsync(IReadOnlyList<string> words, Surroundings around, CancellationToken cancelled)
    {
        var grammar = new Grammar(around);
        var parse = Commands.Root(grammar).Parse(words, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var errors = new ErrorText(around, OutputFormats.Parse(AskedFormat(words)));
        try
        {
            var exit = await RunAsync(parse, around, cancelled);
            around.Out.Flush();
            around.Error.Flush();
            return exit;
        }
        catch (CliFailure failure)
        {
            return errors.Tell(failure.Problem);
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            return errors.Tell(LocalProblem.Stopped(OperationCommand.IsOperation(parse, grammar)));
        }
        catch (OutputClosed)
        {
            return ExitCode.Done;
        }
        catch (OutputFailed failure)
        {
            return errors.Tell(LocalProblem.CannotWrite(failure.Message), flushOutput: false);
        }
    }

    private static async Task<int> RunAsync(ParseResult parse, Surroundings around, CancellationToken cancelled)
    {
        switch (parse.Action)
        {
            case ParseErrorAction:
                throw new CliFailure(ParseProblem.Of(parse));
            case HelpAction help:
                return Help(parse, help, around);
            case null:
                throw new CliFailure(LocalProblem.NoVerb(ParseProblem.Path(parse.CommandResult), parse.CommandResult.Command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name)));
        }

        return await parse.InvokeAsync(
            new InvocationConfiguration { Output = around.Out, Error = around.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
            cancelled);
    }

    // The library leaves blanks where it wraps and an empty line at the end.
    private static int Help(ParseResult parse, HelpAction help, Surroundings around)
    {
        help.MaxWidth = around.Width;
        var text = new StringWriter { NewLine = "\n" };
        var exit = parse.Invoke(new InvocationConfiguration { Output = text, Error = around.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        var lines = text.ToString().TrimEnd().Split('\n').Select(line => line.TrimEnd());
        around.Out.Write(string.Join('\n', lines) + "\n");
        return exit;
    }

    // Looked for in the words themselves: an error of the command line is told in the format asked for although it could not be parsed.
    private static string? AskedFormat(IReadOnlyList<string> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (words[i] is "-o" or "--output" && i + 1 < words.Count)
            {
                return words[i + 1];
            }

            foreach (var prefix in (ReadOnlySpan<string>)["-o=", "--output=", "-o:", "--output:"])
            {
                if (words[i].StartsWith(prefix, StringComparison.Ordinal))
                {
                    return words[i][prefix.Length..];
                }
            }
        }

        return null;
    }
}
