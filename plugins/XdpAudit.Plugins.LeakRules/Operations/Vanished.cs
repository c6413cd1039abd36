using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.LeakRules;

/// <summary>
/// What an operation of ours loaded or attached went without an operation. A program that took its link with it is told once, on the
/// program. Nothing is left to clean: the remedy is to see why, and to put it back.
/// </summary>
internal static class Vanished
{
    internal static IEnumerable<LeakCandidate> Find(HostIndex host)
    {
        var programs = host.View.Programs.Where(program => program is { Operation: not null, Ended: { Operation: null } } && OfThisBoot(host, program.Key.Boot)).ToList();
        var told = programs.Select(program => program.Key).ToHashSet();
        var links = host.View.Links.Where(link => link is { Operation: not null, Ended: { Operation: null } } && OfThisBoot(host, link.Key.Boot)).ToList();
        foreach (var program in programs)
        {
            var with = links.Where(link => link.Program == program.Key).ToList();
            yield return Judge(host, Candidate.Subject(program), Words.Program(program), "program", program.Ended!, program.Operation!.Value, [Parts.Programs],
                with.Count > 0 || program.FormerAttachments.Any(former => former.Until >= program.Ended!.Occurred.Latest()),
                with.Count == 0 ? "" : $" It took {Words.Enumerate([.. with.Select(link => Place(host, link))])} with it.",
                Candidate.Evidence([program.FirstPosition, program.LastPosition, .. with.Select(link => link.LastPosition)]));
        }

        foreach (var link in links.Where(link => link.Program is not { } key || !told.Contains(key)))
        {
            yield return Judge(host, Candidate.Subject(link), $"{Place(host, link)} of {Words.Named("program", link.ProgramId.Value, link.ProgramName)}", "link", link.Ended!, link.Operation!.Value,
                [Parts.Links], link.DefunctSince is null, "", Candidate.Evidence(link.FirstPosition, link.LastPosition));
        }
    }

    /// <summary>A reboot ends everything and explains it.</summary>
    private static bool OfThisBoot(HostIndex host, BootId boot) => host.View.Boot is not { } now || now == boot;

    private static string Place(HostIndex host, LinkView link) =>
        Words.Link(link) + (link.AttachPoint is { } point ? $" at {Words.Place(link.IfName, host.Namespace(point.Netns))}" : "");

    private static LeakCandidate Judge(
        HostIndex host, FindingSubject subject, string what, string noun, EndView end, OperationId operation, string[] needs, bool wasInForce, string more, IReadOnlyList<long> evidence) => new()
        {
            Rule = LeakRule.Vanished,

            // What was in force guards nothing now.
            Severity = wasInForce ? Candidate.High : Candidate.Medium,
            Subject = subject,
            Since = end.Occurred.Latest(),
            Summary = $"{what}, which an operation of ours had put there, has been gone {When(host, end.Occurred)}, and no operation of ours ended it: {Words.Shown(end.Why)}.{more}",
            Cost = new(0, 1),
            Evidence = evidence,
            Remedy = new Remedy(host)
                .Ours("see how it ended", $"xdpaudit {noun} history {Sh.Literal(subject.Key)}")
                .Ours("see how it was put there", $"xdpaudit operation show {Sh.Literal(operation.Value)}")
                .Both("load and attach it again the same way, if it belongs there", null)
                .Verify("verify: lists what is in force, in the netns in which it is typed", "bpftool net show"),
            Doubt = Words.Incomplete(host, needs),
            Needs = needs,
        };

    private static string When(HostIndex host, Occurrence occurred) =>
        occurred.At is null && occurred.After is { } after ? $"{Words.Since(host, occurred.Latest())} at the latest; it was still there {Words.At(after)}" : Words.Since(host, occurred.Latest());
}
