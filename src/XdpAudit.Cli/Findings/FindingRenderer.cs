using System.Globalization;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary>Findings for people.</summary>
internal static class FindingRenderer
{
    private const int ShortId = 12;

    internal static void List(IReadOnlyList<FindingView> findings, Page page) => page.Table(
        ["ID", "SEVERITY", "STATUS", "RULE", "AGE", "SUBJECT", "SUMMARY"],
        findings.Select(f => new Cell[]
        {
            Brief(f.Id), Cell.State(f.Severity), Cell.State(f.Status), f.Rule, Moments.Span(TimeSpan.FromSeconds(f.AgeSeconds)), Subject(f.Subject), f.Summary,
        }));

    internal static void Show(FindingView finding, Page page)
    {
        page.Line($"finding {finding.Id}: {finding.Rule}, ", Cell.State(finding.Severity), ", ", Cell.State(finding.Status));
        page.Line($"  {finding.Summary}");
        page.Member("doubt", finding.Doubt ?? "");
        page.Member("subject", $"{Subject(finding.Subject)}", finding.Subject.Key);
        page.Member("first seen", page.When(finding.FirstSeen));
        page.Member("last seen", page.When(finding.LastSeen));
        page.Member("age", Moments.Span(TimeSpan.FromSeconds(finding.AgeSeconds)));
        page.Member("cost", string.Join(", ", new[] { Count(finding.Cost.Count), Page.Bytes(finding.Cost.MemlockBytes) }.Where(t => t.Length > 0)));
        page.Member("held by", finding.Holders.Select(h => (Cell)HolderRenderer.Line(h, page)));
        page.Member("evidence", finding.Evidence.Count == 0 ? "" : $"positions {string.Join(", ", finding.Evidence)} of the host journal");
        if (finding.Triage is { } triage)
        {
            page.Member("triage", $"{triage.Reason}: {triage.Comment}", $"by {ProcessText.Long(triage.By)}, {page.When(triage.At)}", $"until {page.When(triage.ExpiresAt)}");
        }

        page.Member("resolved", page.When(finding.ResolvedAt));
        if (finding.Remedy.Count > 0)
        {
            page.Gap();
            page.Line($"  what to type ('xdpaudit finding remedy {Brief(finding.Id)}' prints it for a shell, with --plain for bpftool and ip):");
            foreach (var step in Steps(finding, RemedyText.Ours))
            {
                page.Line($"    # {step.Why}");
                if (step.Command is { } command)
                {
                    page.Line($"    {command}");
                }
            }
        }
    }

    /// <summary>The answer to triage, in one line.</summary>
    internal static void Triaged(FindingView finding, Page page) => page.Line(
        $"finding {Brief(finding.Id)} ({finding.Rule}, {Subject(finding.Subject)}): ",
        Cell.State(finding.Status),
        finding.Triage is { } triage ? $", {triage.Reason}, until {page.When(triage.ExpiresAt)}" : "");

    /// <summary>The steps of one set.</summary>
    internal static IReadOnlyList<RemedyStep> Steps(FindingView finding, string by) => [.. finding.Remedy.Where(r => r.By == by)];

    /// <summary>An id as the commands take it, short enough for a line.</summary>
    internal static string Brief(FindingId id) => id.Value.Length > ShortId ? id.Value[..ShortId] : id.Value;

    private static string Subject(FindingSubject s) =>
        string.Create(CultureInfo.InvariantCulture, $"{s.Kind}{(s.KernelId is { } id ? $" {id}" : "")}{(s.Name.Length > 0 ? $" {s.Name}" : "")}");

    private static string Count(int count) => count == 1 ? "1 object" : string.Create(CultureInfo.InvariantCulture, $"{count} objects");
}
