using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.LeakRules;

/// <summary>The auditor holds something itself. It must not keep alive what it audits; what it was asked to hold, it shows.</summary>
internal static class AuditorHolds
{
    private static readonly string[] Needs = [Parts.Holders];

    internal static IEnumerable<LeakCandidate> Find(HostIndex host) =>
    [
        .. host.Programs.SelectMany(program => Judge(host, Candidate.Subject(program), Words.Program(program), program.Holders, program.Operation is not null,
            program.LoadedAt, Candidate.Cost(program), [program.FirstPosition],
            remedy => remedy.Ours("have xdpaudit let go of it", $"xdpaudit program unload {program.Id}"))),
        .. host.Links.SelectMany(link => Judge(host, Candidate.Subject(link), Words.Link(link), link.Holders, link.Operation is not null,
            link.FirstSeen, new(null, 1), [link.FirstPosition],
            remedy => remedy.Ours("have xdpaudit detach it and let go of it", $"xdpaudit link detach {link.Id}"))),
        .. host.Maps.SelectMany(map => Judge(host, Candidate.Subject(map), Words.Map(map), map.Holders, map.UsedBy.Any(id => host.Program(id)?.Operation is not null),
            map.FirstSeen, new(map.MemlockBytes, 1), [map.FirstPosition],
            remedy => remedy)),
    ];

    private static IEnumerable<LeakCandidate> Judge(
        HostIndex host, FindingSubject subject, string what, IReadOnlyList<HolderView> holders, bool asked, DateTimeOffset known, FindingCost cost, long[] positions, Func<Remedy, Remedy> ours)
    {
        if (holders.OfType<HolderView.Descriptor>().FirstOrDefault(host.IsAuditor) is not { } own)
        {
            yield break;
        }

        var since = own.Since ?? known;
        var alone = !holders.Any(holder => holder is not HolderView.Unexplained && !host.IsAuditor(holder));
        var remedy = new Remedy(host);
        if (asked)
        {
            ours(remedy);
        }

        remedy.End(own, subject.Kind, letsGo: asked && subject.Kind is not MapKey.Kind);
        yield return new()
        {
            Rule = LeakRule.AuditorHolds,

            // Unasked and alone it changes what it only should watch; together with others it will do so when they leave.
            Severity = asked ? Candidate.Low : alone ? Candidate.High : Candidate.Medium,
            Subject = subject,
            Since = since,
            Summary = $"the auditor (pid {Words.Number(own.Process.Pid)}) has held {what} by a descriptor of its own {Words.Since(host, since)}, "
                + (asked ? "because an operation asked for it without a pin" : "and nobody asked it to")
                + (alone ? "; nothing else keeps it alive." : "; others hold it too."),
            Cost = alone ? cost : cost with { MemlockBytes = 0 },
            Holders = holders,
            Evidence = Candidate.Evidence(positions),
            Remedy = remedy.Verify(
                "verify: prints no line of the auditor",
                $"grep -Hs '^{Word(subject.Kind)}_id:[[:space:]]*{Words.Number(subject.KernelId!.Value)}$' /proc/{Words.Number(own.Process.Pid)}/fdinfo/*"),
            Doubt = Words.Incomplete(host, Needs),
            Needs = Needs,
        };
    }

    private static string Word(string kind) => kind == "program" ? "prog" : kind;
}
