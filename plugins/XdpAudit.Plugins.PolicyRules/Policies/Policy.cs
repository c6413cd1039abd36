namespace XdpAudit.Plugins.PolicyRules;

/// <summary>What is allowed on a host. Everything else that is loaded or in force is a finding.</summary>
internal sealed record Policy
{
    /// <summary>Where it was read, for messages.</summary>
    internal required string Source { get; init; }

    /// <summary>Severity of the findings.</summary>
    internal string Severity { get; init; } = Candidate.High;

    /// <summary>Types of programs that it judges. The others are not its business: systemd alone loads dozens of them.</summary>
    internal IReadOnlyList<Glob> Types { get; init; } = [new("xdp"), new("ext")];

    /// <summary>What is allowed; without rules nothing is.</summary>
    internal IReadOnlyList<PolicyRule> Rules { get; init; } = [];

    internal bool Judges(string type) => Types.Any(glob => glob.Matches(type));
}
