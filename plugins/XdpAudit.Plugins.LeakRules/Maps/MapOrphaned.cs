using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.LeakRules;

/// <summary>A map that no program uses, kept by an fd or a pin.</summary>
internal static class MapOrphaned
{
    /// <summary>From here on a forgotten map is felt: 16 MiB, the size of one conntrack table of 64 Ki entries.</summary>
    private const ulong Felt = 16UL << 20;
    private static readonly string[] Needs = [Parts.Programs, Parts.Maps];

    internal static IEnumerable<LeakCandidate> Find(HostIndex host) =>
        host.Maps.Where(map => Keeping.RuleOf(host, map) == LeakRule.MapOrphaned).Select(map =>
        {
            var since = map.UnusedSince ?? map.FirstSeen;
            return new LeakCandidate
            {
                Rule = LeakRule.MapOrphaned,
                Severity = map.MemlockBytes >= Felt ? Candidate.Medium : Candidate.Low,
                Subject = Candidate.Subject(map),
                Since = since,
                Summary = $"no program has used {Words.Map(map)} {Words.Since(host, since)}. Still holding it: {Words.Holders(host, map.Holders)}.",
                Cost = new(map.MemlockBytes, 1),
                Holders = map.Holders,
                Evidence = Candidate.Evidence(map.FirstPosition, map.LastPosition),
                Remedy = new Remedy(host).OfMap(map).VerifyGone("map", map.Id.Value),
                Doubt = Words.Incomplete(host, Needs),
                Needs = Needs,
            };
        });
}
