using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.LeakRules;

/// <summary>
/// Another program took the place of the one in force, and nobody asked us. The same tag is the same code: a new copy, no stranger. The same
/// name from the same uid is an update, and is told only when an operation of ours had put the old one there.
/// It is so until somebody acknowledges it, or the code that was there before is in force again.
/// </summary>
internal static class AttachmentReplaced
{
    private static readonly string[] Needs = [Parts.Namespaces, Parts.Attachments];

    internal static IEnumerable<LeakCandidate> Find(HostIndex host)
    {
        foreach (var attachment in host.View.Attachments)
        {
            if (attachment is { Operation: null, Replaced: { Operation: null } replaced }
                && host.Program(attachment.Program) is { } program
                && !(replaced.OldTag is { } tag && tag == program.Tag)
                && (replaced.OldOperation is not null || !WasThereBefore(host, attachment, program)))
            {
                var stranger = program.Name != replaced.OldName || program.Uid != replaced.OldUid;
                if (stranger || replaced.OldOperation is not null)
                {
                    yield return Judge(host, attachment, replaced, program, stranger);
                }
            }
        }
    }

    /// <summary>
    /// The first owner's code came back over the stranger: the trouble is over, though the last replacement was not ours either. What we had put
    /// there ourselves is no stranger: whoever puts older code over it is told.
    /// </summary>
    private static bool WasThereBefore(HostIndex host, AttachmentView attachment, ProgramView program) =>
        host.Programs.Any(other =>
            (other.Key == program.Key || (other.Tag is { } tag && tag == program.Tag && other.Name == program.Name))
            && other.FormerAttachments.Any(former => former.AttachPoint == attachment.AttachPoint));

    private static LeakCandidate Judge(HostIndex host, AttachmentView attachment, ReplacedView replaced, ProgramView program, bool stranger)
    {
        var netns = host.Namespace(attachment.Netns);
        var old = Words.Named("program", replaced.OldProgram.Id.Value, replaced.OldName);
        return new()
        {
            Rule = LeakRule.AttachmentReplaced,

            // A stranger decides on every packet of the interface. An update by another tool is only untold.
            Severity = stranger ? Candidate.High : Candidate.Medium,
            Subject = Candidate.Subject(attachment.AttachPoint, attachment.IfName),
            Since = replaced.At,
            Summary = $"{Words.Program(program)} took the place of {old} at {Words.Place(attachment.IfName, netns)} and has been in force there {Words.Since(host, replaced.At)}. "
                + (replaced.OldOperation is not null ? "We had put the old one there; no operation of ours replaced it" : "It is other code of another name or user")
                + (attachment.AttachedBy is { } by ? $", {Words.Process(by)} did." : ", and nobody saw who did."),
            Cost = Candidate.Cost(program),
            Holders = program.Holders,
            Evidence = Candidate.Evidence(replaced.Position, attachment.FirstPosition, program.FirstPosition),
            Remedy = Back(host, attachment, replaced, netns),
            Doubt = Words.Incomplete(host, Needs),
            Needs = Needs,
        };
    }

    private static IReadOnlyList<RemedyStep> Back(HostIndex host, AttachmentView attachment, ReplacedView replaced, Netns netns)
    {
        var remedy = new Remedy(host)
            .Ours("see who did what there; if the new program is right, acknowledge the finding and stop here", $"xdpaudit interface history -- {Sh.Literal(attachment.IfName)}")
            .OfAttachment(attachment, "take the new program out of force");
        return (host.Program(replaced.OldProgram) is { } old
            ? remedy.Attach(old.Id, attachment.IfName, netns, attachment.Mode, "put the old program back, which is still loaded")
            : remedy.Both("load and attach the old program again the way it was: it is no longer loaded", null)).VerifyDetached(attachment);
    }
}
