using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Findings;

/// <summary>Subjects, costs and evidence, alike in all rules.</summary>
internal static class Candidate
{
    internal const string Low = "low";
    internal const string Medium = "medium";
    internal const string High = "high";

    internal static FindingSubject Subject(ProgramView program) => new("program", program.Key.Value, program.Id.Value, program.Name);

    internal static FindingSubject Subject(LinkView link) => new("link", link.Key.Value, link.Id.Value, link.ProgramName);

    internal static FindingSubject Subject(MapView map) => new("map", map.Key.Value, map.Id.Value, map.Name);

    internal static FindingSubject Subject(AttachPointKey point, string ifName) => new("attach-point", point.Value, null, ifName);

    internal static FindingCost Cost(params IReadOnlyCollection<ProgramView> programs) =>
        new(programs.Any(p => p.MemlockBytes is null) ? null : programs.Aggregate(0UL, (sum, p) => sum + p.MemlockBytes!.Value), programs.Count);

    /// <summary>Journal positions, ascending; 0 stands for none.</summary>
    internal static IReadOnlyList<long> Evidence(params IEnumerable<long> positions) => [.. positions.Where(p => p > 0).Distinct().Order()];
}
