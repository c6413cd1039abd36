using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.LeakRules;

/// <summary>
/// Pins alone keep a program that was never seen attached: an attach that failed after the load, a daemon that was removed. The subject is
/// the program: with two pins neither alone keeps it. Links and maps kept by pins alone are link-defunct and map-orphaned.
/// </summary>
internal static class PinUnused
{
    private static readonly string[] Needs = [Parts.Programs, Parts.Links, Parts.Maps, Parts.Namespaces, Parts.Attachments];

    internal static IEnumerable<LeakCandidate> Find(HostIndex host) =>
        host.Programs.Where(program => Keeping.RuleOf(host, program) == LeakRule.PinUnused).Select(program =>
        {
            var since = program.UnattachedSince ?? program.LoadedAt;
            return new LeakCandidate
            {
                Rule = LeakRule.PinUnused,
                Severity = Candidate.Low, // memory, and a name that the next load may find taken
                Subject = Candidate.Subject(program),
                Since = since,
                Summary = $"{Words.Program(program)} has been in force nowhere {Words.Since(host, since)} and no attachment of it was ever seen ({Words.LoadedBy(program)}). "
                    + $"Nothing uses it. Still holding it: {Words.Holders(host, program.Holders)}, and nothing else.",
                Cost = Candidate.Cost(program),
                Holders = program.Holders,
                Evidence = Candidate.Evidence(program.FirstPosition, program.LastPosition),
                Remedy = new Remedy(host).OfProgram(program).VerifyGone("prog", program.Id.Value),

                // A descriptor that was not seen would make it program-retained: a leak all the same.
                Doubt = Words.Incomplete(host, [.. Needs, Parts.Holders]),
                Needs = Needs,
            };
        });
}
