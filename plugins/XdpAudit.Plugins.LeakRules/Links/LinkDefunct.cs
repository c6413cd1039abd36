using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.LeakRules;

/// <summary>A link whose interface or netns is gone, or that was detached, kept by an fd or a pin. It does nothing, and holds its program.</summary>
internal static class LinkDefunct
{
    private static readonly string[] Needs = [Parts.Links];

    internal static IEnumerable<LeakCandidate> Find(HostIndex host) =>
        host.Links.Where(link => Keeping.RuleOf(host, link) == LeakRule.LinkDefunct).Select(link => Judge(host, link));

    private static LeakCandidate Judge(HostIndex host, LinkView link)
    {
        var since = link.DefunctSince ?? link.FirstSeen;
        var program = host.Program(link.ProgramId);
        var alone = program is not null && !host.InUse.Contains(program)
            && program.Holders.All(holder => holder is HolderView.Unexplained || (holder is HolderView.Link kept && kept.Id == link.Id));
        var place = link.AttachPoint is { } point ? $" at {Words.Place(link.IfName, host.Namespace(point.Netns))}" : "";
        return new()
        {
            Rule = LeakRule.LinkDefunct,

            // A program that is in force elsewhere costs nothing here; what is left is the link's pin or fd in the way of the next attach.
            Severity = program is not null && host.InUse.Contains(program) ? Candidate.Low : Candidate.Medium,
            Subject = Candidate.Subject(link),
            Since = since,
            Summary = $"{Words.Link(link)} of {Words.Named("program", link.ProgramId.Value, link.ProgramName)}{place} has been defunct {Words.Since(host, since)} because {Words.Because(link.DefunctWhy)}. "
                + $"Detaching does not free a link. Still holding it: {Words.Holders(host, link.Holders)}"
                + (alone ? "; and the link alone keeps the program loaded." : "; and the link holds its program too."),
            Cost = new(alone ? program!.MemlockBytes : 0, 1),
            Holders = link.Holders,
            Evidence = Candidate.Evidence(link.FirstPosition, link.LastPosition),

            // Detaching once more does nothing: the kernel answers success to it for ever.
            Remedy = new Remedy(host).OfLink(link).VerifyGone("link", link.Id.Value),
            Doubt = Words.Incomplete(host, Needs),
            Needs = Needs,
        };
    }
}
