namespace XdpAudit.Agent;

/// <summary>What a detector's answer must be before it is made a finding: of its own rules, and of a size that the journal can carry for ever.</summary>
internal static class Candidates
{
    private const int Most = 20_000;
    private const int Letters = 256 * 1024;

    /// <summary>What cannot be; null when all can.</summary>
    internal static string? Wrong(IReadOnlyList<LeakCandidate> candidates, IReadOnlyList<string> rules)
    {
        if (candidates.Count > Most)
        {
            return $"it named {candidates.Count} candidates; at most {Most} are taken";
        }

        var own = rules.ToHashSet();
        foreach (var one in candidates)
        {
            if (!own.Contains(one.Rule))
            {
                return $"it named the rule '{PluginRefusals.Shown(one.Rule)}', which is not among those it answers for";
            }

            if (one.Severity is not ("low" or "medium" or "high"))
            {
                return $"the severity '{PluginRefusals.Shown(one.Severity)}' is none of low, medium, high";
            }

            if (one.Summary.Length + (one.Doubt?.Length ?? 0) + one.Remedy.Sum(r => r.Why.Length + (r.Command?.Length ?? 0)) > Letters)
            {
                return $"what it says of one object is longer than {Letters} letters";
            }
        }

        return null;
    }
}
