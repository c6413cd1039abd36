using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.LeakRules;

/// <summary>A netlink attachment that nobody answers for: it stays until the interface goes.</summary>
internal static class AttachmentUnowned
{
    // That nobody is there is a claim: it needs all places where somebody could be.
    private static readonly string[] Needs = [Parts.Programs, Parts.Links, Parts.Attachments, Parts.Pins, Parts.Holders];

    internal static IEnumerable<LeakCandidate> Find(HostIndex host) =>
        host.View.Attachments
            .Where(attachment => attachment is { By: "netlink", Operation: null } && host.Program(attachment.Program) is { } program && !Owned(host, program))
            .Select(attachment => Judge(host, attachment, host.Program(attachment.Program)!));

    /// <summary>By a process or a pin, of the program or of a link of it, or by libxdp through the EXT programs under its dispatcher.</summary>
    private static bool Owned(HostIndex host, ProgramView program) =>
        Answers(host, program.Holders)
        || program.Holders.OfType<HolderView.Link>().Any(link => host.Link(link.Id) is { } known && Answers(host, known.Holders))
        || program.Holders.Any(holder => holder is HolderView.Program)
        || (program.Name == Libxdp.DispatcherName && host.ExtensionsOf(program).Any());

    private static bool Answers(HostIndex host, IReadOnlyList<HolderView> holders) =>
        holders.Any(holder => holder is HolderView.Pin || (holder is HolderView.Descriptor && !host.IsAuditor(holder)));

    private static LeakCandidate Judge(HostIndex host, AttachmentView attachment, ProgramView program)
    {
        // A loader may close the program and keep only its maps, to read counters: then it may be there after all.
        var mapHolder = program.MapIds.Select(host.Map).OfType<MapView>().FirstOrDefault(map => Answers(host, map.Holders));
        var netns = host.Namespace(attachment.Netns);
        return new()
        {
            Rule = LeakRule.AttachmentUnowned,
            Severity = mapHolder is null ? Candidate.Medium : Candidate.Low,
            Subject = Candidate.Subject(attachment.AttachPoint, attachment.IfName),
            Since = attachment.Since,
            Summary = $"{Words.Program(program)} has been in force at {Words.Place(attachment.IfName, netns)} ({attachment.Mode.Text()}) {Words.Since(host, attachment.Since)}, attached by netlink"
                + $"{(attachment.AttachedBy is { } by ? $" by {Words.Process(by)}, which no longer holds it" : "")}. No process, no pin and no operation answers for it: it stays until the interface goes.",
            Cost = Candidate.Cost(program),
            Holders = program.Holders,
            Evidence = Candidate.Evidence(attachment.FirstPosition, program.FirstPosition),
            Remedy = new Remedy(host).OfAttachment(attachment, "take it out of force; the program goes with its last attachment").VerifyDetached(attachment),
            Doubt = Words.Doubt(
                Words.Incomplete(host, Needs),
                mapHolder is null ? null : $"its {Words.Map(mapHolder)} is held by {Words.Holders(host, mapHolder.Holders.Where(holder => holder is not HolderView.Program))}, which may be its owner"),
            Needs = Needs,
        };
    }
}
