using XdpAudit.Abstractions;

namespace XdpAudit.Simulated;

public sealed partial class SimulatedExecutor
{
    /// <inheritdoc/>
    public ValueTask<Outcome<AttachedProgram>> UpdateLinkAsync(UpdateLinkRequest request, OperationContext context, CancellationToken cancellation) =>
        DoAsync(SimulatedCall.UpdateLink, context, () => UpdateLink(request), () => Updated(request), cancellation);

    private Outcome<AttachedProgram> UpdateLink(UpdateLinkRequest request)
    {
        var before = _kernel.Find(request.Link) ?? throw Words.LinkNotFound(request.Link);
        Program(request.Program);
        if (request.ExpectedOld is { } old && _kernel.Find(old) is null)
        {
            throw Words.LinkHoldsAnother(request.Link, old, before.Program, Errnos.Enoent);
        }

        switch (_kernel.UpdateLink(request.Link, request.Program.Id, request.ExpectedOld))
        {
            case 0:
                break;
            case Errnos.Enolink:
                throw Words.LinkDefunct(request.Link, Errnos.Enolink);
            case Errnos.Eperm:
                throw Words.LinkHoldsAnother(request.Link, request.ExpectedOld!.Value, before.Program, Errnos.Eperm);
            case var errno:
                throw Words.Kernel($"put program {request.Program.Id} into link {request.Link}", errno, "bpf(BPF_LINK_UPDATE)");
        }

        AttachedProgram? made;
        lock (_made)
        {
            made = _made.GetValueOrDefault(request.Link);
        }

        return made is null
            ? Outcome.Succeeded(Updated(request)) with { Warnings = [Words.ModeUnread(request.Link)] }
            : Outcome.Succeeded(made with { Program = request.Program.Id });
    }

    private static AttachedProgram Updated(UpdateLinkRequest request) => new()
    {
        Link = request.Link,
        Program = request.Program.Id,
        Mode = XdpMode.Unknown,
        Persistence = Persistence.Elsewhere,
    };
}
