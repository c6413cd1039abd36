using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.PolicyRules;

/// <summary>
/// A program that may be loaded, in force where no rule that allows it says so. One that may not be loaded is told by <see cref="PolicyProgram"/>,
/// with the places it is at.
/// </summary>
internal static class PolicyAttachment
{
    internal const string Rule = "policy-attachment";
    private static readonly string[] Needs = [Parts.Namespaces, Parts.Attachments];

    // Of a program that the look did not show nothing is known that a rule could allow.
    private static readonly string[] NeedsOfUnseen = [Parts.Programs, .. Needs];

    internal static IEnumerable<LeakCandidate> Find(HostIndex host, Policy policy)
    {
        foreach (var attachment in host.View.Attachments)
        {
            var program = host.Program(attachment.Program);
            if (program is null)
            {
                yield return Judge(host, policy, attachment, null, null);
            }
            else if (policy.Judges(program.Type) && policy.Rules.Where(rule => rule.Against(program).Count == 0).ToList() is { Count: > 0 } allowing
                && Closest.Of(allowing, rule => rule.Against(attachment)) is { Differences.Count: > 0 } closest)
            {
                yield return Judge(host, policy, attachment, program, closest);
            }
        }
    }

    private static LeakCandidate Judge(HostIndex host, Policy policy, AttachmentView attachment, ProgramView? program, Closest? closest)
    {
        var netns = host.Namespace(attachment.Netns);
        var needs = program is null ? NeedsOfUnseen : Needs;
        return new()
        {
            Rule = Rule,
            Severity = policy.Severity,
            Subject = Candidate.Subject(attachment.AttachPoint, attachment.IfName),
            Since = attachment.Since,
            Summary = $"{Words.Named("program", attachment.ProgramId.Value, attachment.ProgramName)} has been in force at {Words.Place(attachment.IfName, netns)} ({attachment.Mode.Text()}) "
                + $"{Words.Since(host, attachment.Since)}, attached by {(attachment.AttachedBy is { } by ? Words.Process(by) : "somebody nobody saw")}, and no rule of the policy allows it there. "
                + (closest is null ? "The look did not show the program itself, so that no rule can be compared." : $"{Words.Capital(closest.ToString())}."),
            Cost = program is null ? new(null, 1) : Candidate.Cost(program),
            Holders = program?.Holders ?? [],
            Evidence = Candidate.Evidence(attachment.FirstPosition, program?.FirstPosition ?? 0),
            Remedy = new Remedy(host)
                .Ours($"see who did what there; if it belongs there, write it into the policy ({policy.Source}) and stop here", $"xdpaudit interface history -- {Sh.Literal(attachment.IfName)}")
                .Plain($"see what it is; if it belongs there, write it into the policy ({policy.Source}) and stop here", $"bpftool prog show id {attachment.ProgramId}")
                .OfAttachment(attachment, "take it out of force")
                .VerifyDetached(attachment),
            Doubt = Words.Incomplete(host, needs),
            Needs = needs,
        };
    }
}
