namespace XdpAudit.Agent.Tests;

/// <summary>Names every living program, since the moment it was loaded. What a rule is does not matter here, only what becomes of its word.</summary>
internal sealed class EveryProgram : ILeakDetector
{
    internal const string Rule = "every-program";

    public string Id => Rule;

    public IReadOnlyList<string> Rules => [Rule];

    /// <summary>From now on it breaks.</summary>
    internal bool Broken { get; set; }

    /// <summary>How often it was asked.</summary>
    internal int Asked { get; private set; }

    public IReadOnlyList<LeakCandidate> Detect(DetectorInput input)
    {
        Asked++;
        return Broken ? throw new FormatException("the test has broken it") : [.. input.Host.Programs.Where(p => p.Ended is null).Select(p => new LeakCandidate
        {
            Rule = Rule,
            Severity = "low",
            Subject = new("program", p.Key.Value, p.Id.Value, p.Name),
            Since = p.LoadedAt,
            Summary = $"program {p.Id} is there",
            Cost = new(null, 1),
            Needs = ["programs"],
        })];
    }
}
