using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Libbpf;

public sealed partial class LibbpfExecutor
{
    /// <inheritdoc/>
    /// <remarks>
    /// A detached link is not freed: whoever holds a descriptor or a pin of it keeps it, defunct, and with it the program. What this executor held by a
    /// descriptor it closes; a pin, its own too, is removed by <see cref="UnpinAsync"/> and by nothing else.
    /// A netlink attachment is removed in exactly the mode it is in, because the kernel calls the removal of nothing a success.
    /// </remarks>
    public ValueTask<Outcome<NoValue>> DetachAsync(DetachRequest request, OperationContext context, CancellationToken cancellation) =>
        _calls.DoAsync("detach", context, () => request switch
        {
            { Link: { } link } => DetachLinkAsync(link, cancellation),
            { Interface: { } at } => NamespaceThread.RunAsync(at, socket => DetachNetlink(socket, request, at, cancellation)),
            _ => throw Words.DetachOfWhat(),
        }, cancellation);

    private async Task<Outcome<NoValue>> DetachLinkAsync(KernelLinkId id, CancellationToken cancellation)
    {
        using var link = KernelLinks.TryOpen(id);
        if (link is null)
        {
            return Outcome.AlreadyApplied(new NoValue());
        }

        var before = KernelLinks.Read(link);
        if (!before.Xdp)
        {
            throw Words.LinkNotXdp(id);
        }

        cancellation.ThrowIfCancellationRequested();
        if (!before.Defunct)
        {
            var answer = KernelLinks.Detach(link);
            if (answer < 0)
            {
                throw Words.Kernel($"detach link {id}", -answer, KernelLinks.DetachCall);
            }

            if (!KernelLinks.Read(link).Defunct)
            {
                throw Words.Kernel($"detach link {id}", Errnos.Ebusy, KernelLinks.DetachCall, null, "the link still names its interface");
            }
        }

        if (_links.TryRemove(id, out var held))
        {
            held.Dispose();
        }

        if (_attached.TryRemove(id, out var attached) && !before.Defunct)
        {
            await VerifyFreeAsync(attached.At, before.Program).ConfigureAwait(false);
        }

        return before.Defunct ? Outcome.AlreadyApplied(new NoValue()) : Outcome.Succeeded(new NoValue());
    }

    // The interface may have been renamed, moved or deleted since: then it is not there to be read, and the link's own word has to do.
    private static async Task VerifyFreeAsync(InterfaceRef at, KernelProgramId program)
    {
        IReadOnlyList<ObservedXdp> there;
        try
        {
            there = await NamespaceThread.RunAsync(at, socket => socket.Look(at).Xdp).ConfigureAwait(false);
        }
        catch (Refusal)
        {
            return;
        }

        if (there.Any(x => x.Program == program) && Presence.Describe(at, there) is var by && by.Any(f => f.Program == program && f.By == "netlink"))
        {
            throw Words.StillInForce(at, by, KernelLinks.DetachCall);
        }
    }

    private static Outcome<NoValue> DetachNetlink(RouteSocket socket, DetachRequest request, InterfaceRef at, CancellationToken cancellation)
    {
        var there = socket.Look(at).Xdp;
        if (there.Count == 0)
        {
            return Outcome.AlreadyApplied(new NoValue());
        }

        var aimed = there.FirstOrDefault(x => request.Mode == XdpMode.Unknown || x.Mode == request.Mode)
            ?? throw Words.ModeIsAnother(at, request.Mode, Presence.Describe(at, there));
        if (request.ExpectedOld is { } expected && aimed.Program != expected)
        {
            throw Words.ReplacesAnother(at, expected, Presence.Describe(at, there), null, null, null);
        }

        // Even when any program may be removed, only the one that was seen is: one that came between the look and the act was not asked about.
        using var old = KernelPrograms.TryOpen(aimed.Program);
        if (old is null)
        {
            return DetachNetlink(socket, request, at, cancellation);
        }

        cancellation.ThrowIfCancellationRequested();
        var answer = socket.SetXdp(at.IfIndex, -1, Presence.Flag(aimed.Mode) | RouteMessages.FlagReplace, old.Number);
        var after = Presence.Describe(at, socket.Look(at).Xdp);
        return answer.Errno switch
        {
            0 => after.Any(f => f.Program == aimed.Program) ? throw Words.StillInForce(at, after, RouteSocket.SetCall) : Outcome.Succeeded(new NoValue()),
            Errnos.Ebusy => throw Words.HeldByLink(at, after, answer.Errno, RouteSocket.SetCall, answer.ExtAck),
            Errnos.Eexist => throw Words.ReplacesAnother(at, aimed.Program, after, answer.Errno, RouteSocket.SetCall, answer.ExtAck),
            _ => throw Words.Kernel($"detach interface '{at.Name}'", answer.Errno, RouteSocket.SetCall, answer.ExtAck),
        };
    }
}
