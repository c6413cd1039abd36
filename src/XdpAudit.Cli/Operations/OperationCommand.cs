using System.CommandLine;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary>
/// Makes the commands that ask the auditor to do something. Its answer comes when it has looked at the kernel afterwards; an operation that
/// was not done as asked is exit code 7.
/// </summary>
internal static class OperationCommand
{
    /// <summary>A command that sends one operation.</summary>
    internal static Command Make(Grammar g, string verb, string description, Func<Session, OperationRequest> request, params IEnumerable<Symbol> takes) =>
        g.Verb(verb, description, s => RunAsync(s, request(s)), [.. takes, g.Executor, g.Reason, g.Output]);

    /// <summary>What was typed asks for an operation: only those can name an executor.</summary>
    internal static bool IsOperation(ParseResult parse, Grammar g) => parse.CommandResult.Command.Options.Contains(g.Executor);

    /// <summary>Where to pin, as an argument.</summary>
    internal static Argument<string> PinArgument() => new("PATH") { Description = "where to pin it, on a bpffs", HelpName = "PATH" };

    /// <summary>Which pin to remove.</summary>
    internal static Option<string> PinOption() => new("--pin") { Description = "the pin to remove", HelpName = "PATH", Required = true };

    /// <summary>What <c>--expected</c> says.</summary>
    internal static KernelProgramId? Expected(Session s) => s.Value(s.Grammar.Expected) is { } id ? new KernelProgramId(id) : null;

    private static async Task<int> RunAsync(Session s, OperationRequest request)
    {
        var g = s.Grammar;
        if (s.Value(g.Ephemeral) && s.Typed(g.Pin))
        {
            throw new CliFailure(LocalProblem.Both("--pin", "--ephemeral"));
        }

        request = request with
        {
            Pin = request.Pin ?? (s.Value(g.Pin) is { } pin ? new PinPath(s.Absolute(pin)) : null),
            Ephemeral = s.Value(g.Ephemeral),
            Executor = s.Value(g.Executor),
            Reason = s.Value(g.Reason),
        };
        var answer = await s.WaitingAsync(
            $"waiting for {request.Kind} ...",
            s.Auditor.PostAsync(Routes.Operations, request, ApiJson.Default.OperationRequest, s.Cancelled));
        var operation = s.Auditor.Read(answer, ApiJson.Default.OperationView);
        if (operation.State is OperationStates.Failed or OperationStates.Rejected or OperationStates.Contradicted or OperationStates.Indeterminate)
        {
            throw new CliFailure(LocalProblem.NotDone(operation));
        }

        s.Show(answer, ApiJson.Default.OperationView, OperationRenderer.Done);
        if (s.Format == OutputFormat.Table)
        {
            foreach (var warning in operation.Warnings)
            {
                s.Say($"warning: {warning}");
            }
        }

        return ExitCode.Done;
    }
}
