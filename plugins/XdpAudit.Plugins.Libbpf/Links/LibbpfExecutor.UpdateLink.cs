using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Libbpf;

public sealed partial class LibbpfExecutor
{
    /// <inheritdoc/>
    /// <remarks>The mode answered is the one read back when this executor attached the link; of other links it is not known.</remarks>
    public ValueTask<Outcome<AttachedProgram>> UpdateLinkAsync(UpdateLinkRequest request, OperationContext context, CancellationToken cancellation) =>
        _calls.DoAsync("update-link", context, () => Task.FromResult(UpdateLink(request, cancellation)), cancellation);

    private Outcome<AttachedProgram> UpdateLink(UpdateLinkRequest request, CancellationToken cancellation)
    {
        using var link = KernelLinks.TryOpen(request.Link) ?? throw Words.LinkNotFound(request.Link);
        var before = KernelLinks.Read(link);
        if (!before.Xdp)
        {
            throw Words.LinkNotXdp(request.Link);
        }

        using var program = KernelPrograms.Open(request.Program);
        using var expected = request.ExpectedOld is { } old
            ? KernelPrograms.TryOpen(old) ?? throw Words.LinkHoldsAnother(request.Link, old, before.Program, Errnos.Enoent)
            : null;
        cancellation.ThrowIfCancellationRequested();
        var answer = KernelLinks.Update(link, program, expected);
        if (answer < 0)
        {
            throw -answer switch
            {
                Errnos.Enolink => Words.LinkDefunct(request.Link, Errnos.Enolink),
                Errnos.Eperm when request.ExpectedOld is { } wanted && KernelLinks.Read(link).Program != wanted =>
                    Words.LinkHoldsAnother(request.Link, wanted, KernelLinks.Read(link).Program, Errnos.Eperm),
                _ => Words.Kernel($"put program {request.Program.Id} into link {request.Link}", -answer, KernelLinks.UpdateCall),
            };
        }

        var after = KernelLinks.Read(link);
        if (after.Program != request.Program.Id)
        {
            throw Words.LinkHoldsAnother(request.Link, request.Program.Id, after.Program, 0);
        }

        var made = _attached.GetValueOrDefault(request.Link);
        return Outcome.Succeeded(new AttachedProgram
        {
            Link = request.Link,
            Program = after.Program,
            Mode = made?.Mode ?? XdpMode.Unknown,
            Persistence = _links.ContainsKey(request.Link) ? Persistence.ProcessBound : made is null ? Persistence.Elsewhere : Persistence.Pinned,
            Pin = made?.Pin,
        }) with { Warnings = made is not null ? [] : [Words.ModeUnread(request.Link)] };
    }
}
