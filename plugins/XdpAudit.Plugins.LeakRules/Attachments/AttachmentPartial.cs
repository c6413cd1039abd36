using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.LeakRules;

/// <summary>
/// A program that was in force at several interfaces at once is missing from some that it was not asked to leave. What an operation of ours
/// ended, and what went with its interface or namespace, is not missing. Where another program is in force now, attachment-replaced speaks,
/// or it is the same code again.
/// </summary>
internal static class AttachmentPartial
{
    private static readonly string[] Needs = [Parts.Links, Parts.Namespaces, Parts.Attachments];

    internal static IEnumerable<LeakCandidate> Find(HostIndex host)
    {
        var taken = host.View.Attachments.Select(attachment => attachment.AttachPoint).ToHashSet();
        foreach (var program in host.Programs.Where(program => program.Attachments.Count > 0 && program.FormerAttachments.Count > 0))
        {
            // Only what it left after the first of those it still has: before, it had moved from one interface to the other.
            var together = program.Attachments.Min(attachment => attachment.Since);
            var missing = program.FormerAttachments
                .Where(former => former is { Operation: null, Why: "asked" or "replaced" or "unknown" } && former.Until >= together && !taken.Contains(former.AttachPoint))
                .OrderByDescending(former => former.Until)
                .DistinctBy(former => former.AttachPoint)
                .OrderBy(former => former.Until)
                .ToList();
            if (missing.Count > 0)
            {
                yield return Judge(host, program, missing);
            }
        }
    }

    private static LeakCandidate Judge(HostIndex host, ProgramView program, List<FormerAttachment> missing)
    {
        var since = missing[0].Until;
        var remedy = new Remedy(host).Ours("see how it ended", $"xdpaudit program history {program.Id}");
        foreach (var former in missing)
        {
            var netns = host.Namespace(former.AttachPoint.Netns);
            remedy.Attach(program.Id, former.IfName, netns, former.Mode, $"put it back at {Words.Place(former.IfName, netns)}, if it belongs there");
        }

        return new()
        {
            Rule = LeakRule.AttachmentPartial,

            // Somebody asked for each detach: it may be meant. Otherwise an interface that was guarded is not.
            Severity = missing.TrueForAll(former => former.Why == "asked") ? Candidate.Low : Candidate.Medium,
            Subject = Candidate.Subject(program),
            Since = since,
            Summary = $"{Words.Program(program)} is in force at {Words.Enumerate([.. program.Attachments.Select(a => Words.Place(a.IfName, host.Namespace(a.Netns)))])}, "
                + $"but no longer at {Words.Enumerate([.. missing.Select(former => $"{Words.Place(former.IfName, host.Namespace(former.AttachPoint.Netns))} {Words.Since(host, former.Until)}, because {Words.Because(former.Why)}")])}.",
            Cost = new(0, missing.Count),
            Holders = program.Holders,
            Evidence = Candidate.Evidence(program.FirstPosition, program.LastPosition),
            Remedy = remedy.Verify("verify: lists what is in force, in the netns in which it is typed", "bpftool net show"),
            Doubt = Words.Doubt(
                Words.Incomplete(host, Needs),
                "whether an interface was deleted after the program left it is not known here",
                missing.Exists(former => former.Why == "asked") ? "somebody asked for a detach, with another tool than ours: it may be meant" : null),
            Needs = Needs,
        };
    }
}
