using System.CommandLine;
using System.Globalization;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary><c>diff</c>: what is different between two moments.</summary>
internal static class DiffCommand
{
    internal static Command Make(Grammar g)
    {
        var from = new Argument<string>("T1") { Description = "the earlier moment: 2026-11-22T18:40:03Z, -1h, position:N", HelpName = "T1" };
        var to = new Argument<string>("T2") { Description = "the later moment, or now", HelpName = "T2" };
        var failOn = new Option<string?>("--fail-on") { Description = "exit with 1 when there is any difference", HelpName = "any", Arity = ArgumentArity.ZeroOrOne };
        failOn.AcceptOnlyFromAmong("any");
        return g.Verb(
            "diff",
            "what appeared, went or changed between two moments",
            async s =>
            {
                var (earlier, later) = (Moment.Parse(s.Value(from), s.Now), Moment.Parse(s.Value(to), s.Now));
                if (earlier is Moment.Time a && later is Moment.Time b && a.At > b.At)
                {
                    throw new CliFailure(LocalProblem.Usage($"'{s.Value(from)}' is later than '{s.Value(to)}'", "give the earlier moment first"));
                }

                var diff = await s.ShowAsync(Route.With(Routes.Diff, ("from", earlier.Query), ("to", later.Query)), ApiJson.Default.DiffView, DiffRenderer.Show);
                if (diff.Lines.Count == 0 && s.Format == OutputFormat.Table)
                {
                    s.Say($"no differences between {Moments.Text(diff.From)} and {Moments.Text(diff.To)}");
                }

                return diff.Lines.Count > 0 && s.Typed(failOn) ? ExitCode.Found : ExitCode.Done;
            },
            from, to, failOn, g.Output);
    }
}
