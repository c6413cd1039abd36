using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.PolicyRules;

/// <summary>
/// A program that no rule allows to be loaded, by who loaded it and by what it is. Where it is in force is told with it: one trouble, one finding.
/// </summary>
internal static class PolicyProgram
{
    internal const string Rule = "policy-program";
    private static readonly string[] Needs = [Parts.Programs];

    internal static IEnumerable<LeakCandidate> Find(HostIndex host, Policy policy)
    {
        foreach (var program in host.Programs.Where(program => policy.Judges(program.Type)))
        {
            var closest = Closest.Of(policy.Rules, rule => rule.Against(program));
            if (closest is not { Differences: [] })
            {
                yield return Judge(host, policy, program, closest);
            }
        }
    }

    private static LeakCandidate Judge(HostIndex host, Policy policy, ProgramView program, Closest? closest)
    {
        var places = host.View.Attachments.Where(attachment => attachment.Program == program.Key).ToList();
        return new()
        {
            Rule = Rule,
            Severity = policy.Severity,
            Subject = Candidate.Subject(program),
            Since = program.LoadedAt,
            Summary = $"no rule of the policy allows {Words.Program(program)} ({program.Type}, tag {program.Tag?.Value ?? "not reported"}), {Words.LoadedBy(program)}"
                + (places.Count == 0 ? "; it is in force nowhere. " : $"; it is in force at {Words.Enumerate([.. places.Select(at => Words.Place(at.IfName, host.Namespace(at.Netns)))])}. ")
                + (closest is null ? "The policy has no rules." : $"{Words.Capital(closest.ToString())}."),
            Cost = Candidate.Cost(program),
            Holders = program.Holders,
            Evidence = Candidate.Evidence([program.FirstPosition, program.LastPosition, .. places.Select(at => at.FirstPosition)]),
            Remedy = Remedy(host, policy, program, places),
            Doubt = Words.Doubt(Words.Incomplete(host, Needs), Unseen(program)),
            Needs = Needs,
        };
    }

    private static IReadOnlyList<RemedyStep> Remedy(HostIndex host, Policy policy, ProgramView program, List<AttachmentView> places)
    {
        var remedy = new Remedy(host)
            .Ours($"see how it came; if it belongs here, write a rule into the policy ({policy.Source}) and stop here", $"xdpaudit program history {program.Id}")
            .Plain($"see what it is; if it belongs here, write a rule into the policy ({policy.Source}) and stop here", $"bpftool prog show id {program.Id}");
        foreach (var place in places)
        {
            remedy.OutOfForce(place, $"take it out of force at {Words.Place(place.IfName, host.Namespace(place.Netns))}");
        }

        return remedy.OfProgram(program).VerifyGone("prog", program.Id.Value);
    }

    /// <summary>A rule that names an executable cannot allow what nobody saw loaded, though its own loader may have done it.</summary>
    private static string? Unseen(ProgramView program) => program.LoadedBy switch
    {
        null => "nobody saw who loaded it: it may have been one whom the policy allows",
        { NotKnown: { Count: > 0 } missing } => $"not all is known of who loaded it: {string.Join("; ", missing.Select(Words.Shown))}",
        _ => null,
    };
}
