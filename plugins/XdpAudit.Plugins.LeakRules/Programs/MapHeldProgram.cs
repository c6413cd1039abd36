using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.LeakRules;

/// <summary>Only elements of maps keep a program, and no program in force reaches those maps. The target of a live tail call is not meant.</summary>
internal static class MapHeldProgram
{
    private static readonly string[] Needs = [Parts.Programs, Parts.Links, Parts.Maps, Parts.Namespaces, Parts.Attachments];

    internal static IEnumerable<LeakCandidate> Find(HostIndex host) =>
        host.Programs.Where(program => Keeping.RuleOf(host, program) == LeakRule.MapHeldProgram).Select(program =>
        {
            var since = program.UnattachedSince ?? program.LoadedAt;
            var maps = program.Holders.OfType<HolderView.MapElement>().Select(element => host.Map(element.MapId)).OfType<MapView>().Distinct().ToList();
            return new LeakCandidate
            {
                Rule = LeakRule.MapHeldProgram,
                Severity = Candidate.Low, // memory only: nothing in force can reach it
                Subject = Candidate.Subject(program),
                Since = since,
                Summary = $"{Words.Program(program)} has been in force nowhere {Words.Since(host, since)}, and no program in force can reach it. "
                    + $"Still holding it: {Words.Holders(host, program.Holders)}, and nothing else{KeptBy(host, maps)}.",
                Cost = Candidate.Cost(program),
                Holders = program.Holders,
                Evidence = Candidate.Evidence([program.FirstPosition, program.LastPosition, .. maps.Select(map => map.FirstPosition)]),
                Remedy = new Remedy(host).OfProgram(program).VerifyGone("prog", program.Id.Value),
                Doubt = Words.Incomplete(host, [.. Needs, Parts.Pins, Parts.Holders]),
                Needs = Needs,
            };
        });

    private static string KeptBy(HostIndex host, List<MapView> maps) =>
        maps.Count == 0 ? "" : $"; {Words.Enumerate([.. maps.Select(map => $"{Words.Map(map)} is kept by {Words.Holders(host, map.Holders)}")])}";
}
