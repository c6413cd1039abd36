using System.CommandLine;
using System.Globalization;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary><c>finding</c> and what a person does with one.</summary>
internal static class FindingCommands
{
    private static readonly string[] Severities = ["low", "medium", "high"];

    internal static Command Make(Grammar g) => Grammar.Noun(
        "finding", "leaks, drifts and contradictions", List(g), Show(g), History(g), Acknowledge(g), Suppress(g), Remedy(g));

    private static Command List(Grammar g)
    {
        var status = new Option<string?>("--status") { Description = "only findings in this state; all but resolved and suppressed ones when left out", HelpName = "STATUS" };
        status.AcceptOnlyFromAmong(
            "all", FindingStates.Suspected, FindingStates.Open, FindingStates.Acknowledged, FindingStates.Suppressed, FindingStates.Resolved, FindingStates.Regressed);
        var rule = new Option<string?>("--rule") { Description = "only findings of this rule", HelpName = "RULE" };
        rule.CompletionSources.Add(_ => LeakRules);
        var failOn = new Option<string?>("--fail-on") { Description = "exit with 1 when one of those listed is open or regressed and at least this severe: any, low, medium or high", HelpName = "SEVERITY" };
        failOn.AcceptOnlyFromAmong("any", "low", "medium", "high");
        return g.Verb(
            "list",
            "findings, the present ones unless asked otherwise",
            async s =>
            {
                var route = Route.With(Routes.Findings, ("status", s.Value(status)), ("rule", s.Value(rule)), ("at", s.At));
                var findings = await s.ListAsync(route, ApiJson.Default.IReadOnlyListFindingView, FindingRenderer.List, "no findings");
                return Judge(s, findings, s.Value(failOn));
            },
            status, rule, failOn, g.At, g.Output);
    }

    private static Command Show(Grammar g) => g.Verb(
        "show",
        "one finding: what is wrong, since when, who holds it, and what to type",
        async s =>
        {
            await s.ShowAsync(Route.With(Routes.Finding, ("id", s.Value(g.Finding)), ("at", s.At)), ApiJson.Default.FindingView, FindingRenderer.Show);
            return ExitCode.Done;
        },
        g.Finding, g.At, g.Output);

    private static Command History(Grammar g) =>
        HistoryCommand.Make(g, "all that became of a finding and who said so, one line an event", Routes.FindingHistory, "id", g.Finding);

    private static Command Acknowledge(Grammar g) => Triage(g, "acknowledge", "say that you have seen it, why it is so, and until when", Routes.FindingAcknowledge);

    private static Command Suppress(Grammar g) => Triage(g, "suppress", "do not show it until then", Routes.FindingSuppress);

    private static Command Triage(Grammar g, string verb, string description, string route)
    {
        var reason = new Option<string>("--reason") { Description = $"one of {string.Join(", ", TriageReasons.All)}", HelpName = "REASON", Required = true };
        reason.AcceptOnlyFromAmong([.. TriageReasons.All]);
        var comment = new Option<string>("--comment") { Description = "why, in your words", HelpName = "TEXT", Required = true };
        var expires = new Option<string>("--expires") { Description = "until when: 7d, 12h, or a time", HelpName = "WHEN", Required = true };
        return g.Verb(
            verb,
            description,
            async s =>
            {
                var words = s.Value(comment)!;
                if (string.IsNullOrWhiteSpace(words))
                {
                    throw new CliFailure(LocalProblem.Usage("--comment is empty", "say why, in your words"));
                }

                var request = new TriageRequest(s.Value(reason)!, words, Expiry(s.Value(expires)!, s.Now));
                var answer = await s.Auditor.PostAsync(Route.With(route, ("id", s.Value(g.Finding))), request, ApiJson.Default.TriageRequest, s.Cancelled);
                s.Show(answer, ApiJson.Default.FindingView, FindingRenderer.Triaged);
                return ExitCode.Done;
            },
            g.Finding, reason, comment, expires, g.Output);
    }

    private static Command Remedy(Grammar g)
    {
        var plain = new Option<bool>("--plain") { Description = "with bpftool, ip and rm only" };
        return g.Verb(
            "remedy",
            "just the commands, with comments; safe to pipe to sh",
            async s =>
            {
                var json = await s.Auditor.GetAsync(Route.With(Routes.Finding, ("id", s.Value(g.Finding))), s.Cancelled);
                var finding = s.Auditor.Read(json, ApiJson.Default.FindingView);
                var steps = FindingRenderer.Steps(finding, s.Value(plain) ? RemedyText.Plain : RemedyText.Ours);
                s.Around.Out.Write(RemedyText.Script(finding, steps));
                if (steps.Count == 0)
                {
                    s.Say(finding.Remedy.Count == 0 ? "this finding has no remedy" : $"this finding has no such remedy; try it {(s.Value(plain) ? "without" : "with")} --plain");
                }

                return ExitCode.Done;
            },
            g.Finding, plain);
    }

    private static DateTimeOffset Expiry(string text, DateTimeOffset now)
    {
        if (Duration.TryParse(text, out var span))
        {
            return now + span;
        }

        return Moment.TryParse(text, now) switch
        {
            Moment.Time { At: var at } when at > now => at,
            Moment.Time => throw new CliFailure(LocalProblem.NotInFuture(text)),
            _ => throw new CliFailure(LocalProblem.BadExpiry(text)),
        };
    }

    // Suspected ones are not certain yet and acknowledged ones are known: neither should fail a check.
    private static int Judge(Session s, IReadOnlyList<FindingView> findings, string? failOn)
    {
        if (failOn is null)
        {
            return ExitCode.Done;
        }

        var least = Math.Max(0, Array.IndexOf(Severities, failOn));
        var count = findings.Count(f =>
            f.Status is FindingStates.Open or FindingStates.Regressed && (failOn == "any" || Array.IndexOf(Severities, f.Severity) is var rank && (rank < 0 || rank >= least)));
        if (count == 0)
        {
            return ExitCode.Done;
        }

        s.Say(string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "finding is" : "findings are")} open or regressed{(failOn == "any" ? "" : $", severity {failOn} or worse")}"));
        return ExitCode.Found;
    }

    private static IEnumerable<string> LeakRules =>
    [
        LeakRule.ProgramRetained, LeakRule.HolderUnknown, LeakRule.LinkDefunct, LeakRule.AttachmentUnowned, LeakRule.PinUnused, LeakRule.MapHeldProgram,
        LeakRule.ProgramDuplicated, LeakRule.AttachmentReplaced, LeakRule.AttachmentPartial, LeakRule.Vanished, LeakRule.OperationContradicted,
        LeakRule.MapOrphaned, LeakRule.PinHidden, LeakRule.AuditorHolds,
    ];
}
