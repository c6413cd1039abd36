using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary>A remedy as lines for a POSIX shell: what each step does as a comment, then its command.</summary>
internal static class RemedyText
{
    /// <summary>The set that uses this program.</summary>
    internal const string Ours = "xdpaudit";

    /// <summary>The set that uses bpftool, ip and rm.</summary>
    internal const string Plain = "plain";

    /// <summary>
    /// Safe to pipe to sh: no comment can end its line early. A command with a control character is not printed in part or escaped, which
    /// would make another command of it; the whole remedy is refused, because its steps have an order.
    /// </summary>
    internal static string Script(FindingView finding, IReadOnlyList<RemedyStep> steps)
    {
        if (steps.Any(s => s.Command is { } command && !Printable.IsSafe(command)))
        {
            throw new CliFailure(LocalProblem.UnsafeRemedy(FindingRenderer.Brief(finding.Id)));
        }

        return string.Concat(steps.Select(s => $"# {Printable.Line(s.Why)}\n{(s.Command is { } command ? command + "\n" : "")}"));
    }
}
