using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.LeakRules;

/// <summary>An executor reported success and the kernel disagrees. Over when a later operation of the same kind on the same object was verified.</summary>
internal static class OperationContradicted
{
    internal static IEnumerable<LeakCandidate> Find(HostIndex host) =>
        host.View.Operations.Where(operation => operation.State == OperationStates.Contradicted && !Mended(host, operation)).Select(operation => Judge(host, operation));

    private static bool Mended(HostIndex host, OperationView operation) =>
        host.View.Operations.Any(later => later.State == OperationStates.Verified && later.RequestedAt > operation.RequestedAt && later.Kind == operation.Kind && Same(later, operation));

    private static bool Same(OperationView a, OperationView b) =>
        a.Program == b.Program && a.LinkId == b.LinkId && a.AttachPoint == b.AttachPoint && a.Pin == b.Pin && a.Target == b.Target;

    private static LeakCandidate Judge(HostIndex host, OperationView operation) => new()
    {
        Rule = LeakRule.OperationContradicted,
        Severity = Candidate.High, // whoever asked believes that it is done
        Subject = new("operation", operation.Id.Value, null, operation.Target.Length == 0 ? operation.Kind : $"{operation.Kind} {operation.Target}"),
        Since = operation.RequestedAt,
        Summary = $"executor {Words.Quoted(operation.Executor)} reported success for {operation.Kind} of {Words.Shown(operation.Target)}, asked for {Words.At(operation.RequestedAt)} "
            + $"({Words.Age(host.Now - operation.RequestedAt)} ago) by {Words.Process(operation.RequestedBy)}, and the kernel disagrees: {Words.Shown(operation.Verification ?? "what it was to change has not changed")}",
        Cost = new(null, 1),
        Evidence = Candidate.Evidence(operation.FirstPosition, operation.LastPosition),
        Remedy = Mend(host, operation),
        Needs = [],
    };

    private static IReadOnlyList<RemedyStep> Mend(HostIndex host, OperationView operation)
    {
        var remedy = new Remedy(host).Ours("see what was asked, what the executor said and what the look showed", $"xdpaudit operation show {Sh.Literal(operation.Id.Value)}");
        var program = operation.Program is { } key ? host.Program(key) : null;
        var link = operation.LinkId is { } id ? host.Link(id) : null;
        switch (operation.Kind)
        {
            case OperationKinds.LinkDetach when Attachment(host, operation) is { } attachment:
                return remedy.OfAttachment(attachment, "take it out of force, which did not happen").VerifyDetached(attachment);
            case OperationKinds.ProgramUnload when program is not null:
                return remedy.OfProgram(program).VerifyGone("prog", program.Id.Value);
            case OperationKinds.ProgramUnpin when program is not null:
                foreach (var pin in program.Holders.OfType<HolderView.Pin>().Where(pin => pin.Path == operation.Pin))
                {
                    remedy.Unpin("program", "prog", program.Id.Value, pin, oursToo: true);
                }

                return remedy.Verify("verify: the pin is not among those listed", $"bpftool -f prog show id {program.Id}");
            case OperationKinds.LinkUnpin when link is not null:
                foreach (var pin in link.Holders.OfType<HolderView.Pin>().Where(pin => pin.Path == operation.Pin))
                {
                    remedy.Unpin("link", "link", link.Id.Value, pin, oursToo: true);
                }

                return remedy.Verify("verify: the pin is not among those listed", $"bpftool -f link show id {link.Id}");
            default:
                return remedy.Both("ask for it again, with another executor", null).Verify("verify: lists what is in force, in the netns in which it is typed", "bpftool net show");
        }
    }

    private static AttachmentView? Attachment(HostIndex host, OperationView operation) =>
        host.View.Attachments.FirstOrDefault(attachment =>
            operation.LinkId is { } id ? attachment.LinkId == id
            : operation.AttachPoint == attachment.AttachPoint && (operation.ProgramId is null || operation.ProgramId == attachment.ProgramId));
}
