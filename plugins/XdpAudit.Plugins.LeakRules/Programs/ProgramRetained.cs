using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.LeakRules;

/// <summary>Loaded and attached nowhere: the detach that was taken for an unload, or a program a process never let go of.</summary>
internal static class ProgramRetained
{
    internal static IEnumerable<LeakCandidate> Find(HostIndex host) =>
        host.Programs.Where(program => Keeping.RuleOf(host, program) == LeakRule.ProgramRetained).Select(program => Judge(host, program));

    private static LeakCandidate Judge(HostIndex host, ProgramView program)
    {
        var since = program.UnattachedSince ?? program.LoadedAt;
        var was = program.FormerAttachments.Count > 0;
        var extensions = program.Name == Libxdp.DispatcherName ? host.ExtensionsOf(program).ToList() : [];

        // Whether it is attached elsewhere rests on these; whether a tail call reaches it, also on the maps.
        string[] needs = was
            ? [Parts.Programs, Parts.Links, Parts.Namespaces, Parts.Attachments]
            : [Parts.Programs, Parts.Links, Parts.Maps, Parts.Namespaces, Parts.Attachments];
        return new()
        {
            Rule = LeakRule.ProgramRetained,

            // It was in force once: somebody believes that it is gone. Otherwise it may be a spare one that is yet to be attached.
            Severity = was ? Candidate.Medium : Candidate.Low,
            Subject = Candidate.Subject(program),
            Since = since,
            Summary = Summary(host, program, since, extensions),
            Cost = Candidate.Cost([program, .. extensions]),
            Holders = program.Holders,
            Evidence = Candidate.Evidence(program.FirstPosition, program.LastPosition),
            Remedy = new Remedy(host).OfProgram(program).VerifyGone("prog", program.Id.Value),
            Doubt = Words.Incomplete(host, needs),
            Needs = needs,
        };
    }

    private static string Summary(HostIndex host, ProgramView program, DateTimeOffset since, List<ProgramView> extensions)
    {
        var nowhere = $"{Words.Program(program)} is loaded and has been in force nowhere {Words.Since(host, since)}";
        if (extensions.Count > 0)
        {
            return $"{nowhere}. It is a dispatcher of libxdp: it and {Words.Enumerate([.. extensions.Select(Words.Program)])} are kept by the pins libxdp left.";
        }

        var holders = Words.Holders(host, program.Holders);
        return program.FormerAttachments.MaxBy(former => former.Until) is { } last
            ? $"{nowhere}; its last attachment, at {Words.Place(last.IfName, host.Namespace(last.AttachPoint.Netns))}, ended because {Words.Because(last.Why)}. {Words.NotUnloaded} Still holding it: {holders}."
            : $"{nowhere}; no attachment of it was ever seen ({Words.LoadedBy(program)}). Still holding it: {holders}.";
    }
}
