using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.LeakRules;

/// <summary>
/// One program loaded again and again while older copies stay: a loader that does not let go. Growth over time: the copies were loaded at
/// different moments, and two at least of the older ones do nothing. Copies that are all in force, one per interface, are no growth.
/// It speaks of the loader; each copy that is kept has a finding of its own that speaks of its holder.
/// </summary>
internal static class ProgramDuplicated
{
    // More than this nobody pastes; mending the loader and looking again brings the rest.
    private const int MostInRemedy = 50;
    private static readonly string[] Needs = [Parts.Programs, Parts.Links, Parts.Namespaces, Parts.Attachments];

    internal static IEnumerable<LeakCandidate> Find(HostIndex host, LeakRulesOptions options) =>
        host.Programs
            .Where(program => program.Tag is not null)
            .GroupBy(program => (program.Name, program.Tag, program.Uid))
            .Select(group => group.OrderBy(p => p.LoadedAt).ThenBy(p => p.Id.Value).ToList())
            .Where(copies => copies.Select(copy => copy.LoadedAt).Distinct().Count() >= options.DuplicatedCount)
            .Select(copies => (copies, surplus: copies.SkipLast(1).Where(copy => !host.InUse.Contains(copy)).ToList()))
            .Where(found => found.surplus.Count >= 2)
            .Select(found => Judge(host, found.copies, found.surplus));

    private static LeakCandidate Judge(HostIndex host, List<ProgramView> copies, List<ProgramView> surplus)
    {
        var newest = copies[^1];
        var since = surplus[0].UnattachedSince ?? surplus[0].LoadedAt;
        var remedy = new Remedy(host).Both($"mend what loads it: {Loader(copies)}; each of its runs leaves a copy", null);
        foreach (var copy in surplus.Take(MostInRemedy))
        {
            remedy.OfProgram(copy);
        }

        return new()
        {
            Rule = LeakRule.ProgramDuplicated,
            Severity = surplus.Count switch { >= 100 => Candidate.High, >= 10 => Candidate.Medium, _ => Candidate.Low },

            // The oldest surplus copy: it stays the same while newer ones come.
            Subject = Candidate.Subject(surplus[0]),
            Since = since,
            Summary = $"{Words.Number(copies.Count)} copies of program {Words.Quoted(newest.Name)} (tag {newest.Tag}) are loaded, the oldest {Words.At(copies[0].LoadedAt)}, the newest {Words.At(newest.LoadedAt)}; "
                + $"{Words.Number(surplus.Count)} older ones are in force nowhere, the first {Words.Since(host, since)}. Something loads it again without letting go of the one before.",
            Cost = Candidate.Cost(surplus),
            Holders = [.. surplus.SelectMany(copy => copy.Holders)],
            Evidence = Candidate.Evidence(copies.Select(copy => copy.FirstPosition)),
            Remedy = remedy.Verify(
                "verify: prints nothing and succeeds once all of them are gone",
                $"sleep 1; ! bpftool prog show | grep -E '^({string.Join('|', surplus.Take(MostInRemedy).Select(copy => copy.Id))}): '"),
            Doubt = Words.Incomplete(host, Needs),
            Needs = Needs,
        };
    }

    private static string Loader(List<ProgramView> copies) =>
        copies.Select(copy => copy.LoadedBy).OfType<ProcessIdentity>().LastOrDefault() is { } by
            ? $"the newest of which we saw the loader came from {Words.Process(by)}{(by.Exe is { } exe ? $", {Words.Shown(exe)}" : "")}"
            : "nobody saw it load";
}
