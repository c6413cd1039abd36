namespace XdpAudit.Core;

/// <summary>
/// Joins what a look finds with the operations that no look has settled yet, so that one fact known from the executor and from the kernel
/// is one event. Each kind of operation answers only for the kinds of event it can cause, on the very objects it names.
/// </summary>
internal sealed class Attribution
{
    private readonly List<(OperationState Operation, HashSet<string> Marks)> _open;

    internal Attribution(IEnumerable<OperationState> operations) =>
        _open = [.. operations.Where(o => o.Unsettled && o.State != OperationStates.Failed).OrderBy(o => o.FirstPosition).Select(o => (o, Marks(o)))];

    internal OperationState? Find(string kind, IEnumerable<string?> marks) =>
        _open.Count == 0 ? null : _open.FirstOrDefault(o => Causes(o.Operation.Plan.Kind, kind) && marks.Any(m => m is not null && o.Marks.Contains(m))).Operation;

    internal static string Link(KernelLinkId id) => $"link-id:{id}";

    internal static string Pin(PinPath path) => $"pin:{path}";

    internal static string Object(string path, string program) => $"object:{path}:{program}";

    private static HashSet<string> Marks(OperationState operation)
    {
        var (plan, result) = (operation.Plan, operation.Result);
        HashSet<string> marks = [];
        Add(plan.Program?.Value);
        Add(plan.Link is { } link ? Link(link.Id) : null);
        Add(plan.AttachPoint?.Value);
        Add(plan.Pin is { } pin ? Pin(pin) : null);
        plan.Pins.ToList().ForEach(p => Add(Pin(p)));
        Add(result?.Program?.Value);
        Add(result?.LinkId is { } made ? Link(made) : null);
        Add(result?.Pin is { } pinned ? Pin(pinned) : null);
        return marks;

        void Add(string? mark)
        {
            if (mark is not null)
            {
                marks.Add(mark);
            }
        }
    }

    private static bool Causes(string operation, string fact) => operation switch
    {
        OperationKinds.ProgramLoad => fact is nameof(ProgramLoaded) or nameof(ProgramPinned),
        OperationKinds.ProgramUnload => fact is nameof(ProgramUnpinned) or nameof(ProgramUnloaded),
        OperationKinds.ProgramPin => fact is nameof(ProgramPinned),
        OperationKinds.ProgramUnpin => fact is nameof(ProgramUnpinned) or nameof(ProgramUnloaded),
        OperationKinds.LinkAttach => fact is nameof(LinkCreated) or nameof(LinkPinned) or nameof(AttachmentEstablished) or nameof(AttachmentReplaced),
        OperationKinds.LinkUpdate => fact is nameof(LinkProgramReplaced) or nameof(AttachmentReplaced),
        OperationKinds.LinkDetach => fact is nameof(LinkDetached) or nameof(LinkReleased) or nameof(AttachmentRemoved) or nameof(ProgramUnloaded),
        OperationKinds.LinkPin => fact is nameof(LinkPinned),
        OperationKinds.LinkUnpin => fact is nameof(LinkUnpinned) or nameof(LinkReleased) or nameof(AttachmentRemoved) or nameof(ProgramUnloaded),
        _ => false,
    };
}
