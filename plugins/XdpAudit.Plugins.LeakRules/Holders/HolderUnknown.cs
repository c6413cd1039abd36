using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.LeakRules;

/// <summary>
/// Alive, and nothing that can be seen holds it: a descriptor under way in a unix socket, one registered with io_uring, a pin in a bpffs
/// that is mounted nowhere. An honest remainder, also for a link that is in force.
/// </summary>
internal static class HolderUnknown
{
    private static readonly string[] Needs = [Parts.Programs, Parts.Links, Parts.Maps, Parts.Namespaces, Parts.Attachments, Parts.Pins, Parts.Holders];

    internal static IEnumerable<LeakCandidate> Find(HostIndex host) =>
    [
        .. host.Programs.Where(program => Keeping.RuleOf(host, program) == LeakRule.HolderUnknown).Select(program =>
            Judge(host, Candidate.Subject(program), "prog", program.UnattachedSince ?? program.LoadedAt, program.Holders, Candidate.Cost(program),
                $"{Words.Program(program)} is loaded and has been in force nowhere {Words.Since(host, program.UnattachedSince ?? program.LoadedAt)}{Uncounted(program)}",
                [program.FirstPosition, program.LastPosition])),
        .. host.Links.Where(link => Keeping.RuleOf(host, link) == LeakRule.HolderUnknown).Select(link =>
            Judge(host, Candidate.Subject(link), "link", link.DefunctSince ?? link.FirstSeen, link.Holders, new(null, 1),
                $"{Words.Link(link)} to {Words.Named("program", link.ProgramId.Value, link.ProgramName)} is {(link.State == LinkStates.Defunct ? "defunct" : "in force")}, {Words.Since(host, link.DefunctSince ?? link.FirstSeen)}",
                [link.FirstPosition, link.LastPosition])),
    ];

    private static LeakCandidate Judge(
        HostIndex host, FindingSubject subject, string kind, DateTimeOffset since, IReadOnlyList<HolderView> holders, FindingCost cost, string fact, long[] positions)
    {
        var incomplete = Words.Incomplete(host, Needs);
        return new()
        {
            Rule = LeakRule.HolderUnknown,

            // When all was looked at, something hides. When not, it may be just where we could not look.
            Severity = incomplete is null ? Candidate.High : Candidate.Medium,
            Subject = subject,
            Since = since,
            Summary = $"{Words.Capital(fact)}; something keeps it, and nothing that can be seen does: no process, no pin, no map.",
            Cost = cost,
            Holders = holders,
            Evidence = Candidate.Evidence(positions),
            Remedy = Search(new Remedy(host), incomplete).VerifyGone(kind, subject.KernelId!.Value),
            Doubt = Words.Doubt([incomplete, .. holders.OfType<HolderView.Unexplained>().Select(holder => Words.Shown(holder.Why))]),
            Needs = Needs,
        };
    }

    private static Remedy Search(Remedy remedy, string? incomplete)
    {
        if (incomplete is not null)
        {
            remedy.Ours("see what could not be looked at, and how to allow it", "xdpaudit doctor");
        }

        return remedy
            .Both("look for descriptors under way in unix sockets: a process that never reads its socket keeps them (Linux 5.11)", "grep -Hs 'scm_fds:' /proc/[0-9]*/fdinfo/* | grep -v 'scm_fds:[[:space:]]*0$'")
            .Both("look for descriptors registered with io_uring", "grep -Hs 'anon_inode:bpf' /proc/[0-9]*/fdinfo/*")
            .Both("look for a bpffs that a process holds open and that is mounted nowhere", "for f in /proc/[0-9]*/fd/*; do [ \"$(stat -Lfc %t \"$f\" 2>/dev/null)\" = cafe4a11 ] && ls -ld \"$f\"; done")
            .Both("have the process that was found let go, or end it; what it alone holds goes with it", null);
    }

    /// <summary>A hint, never a verdict: how the kernel counts is its own business and differs between releases.</summary>
    private static string Uncounted(ProgramView program) =>
        program.UnexplainedReferences is > 0 and { } count ? $"; references the kernel counts beyond those explained: {Words.Number(count)}" : "";
}
