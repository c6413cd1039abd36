using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Libbpf;

public sealed partial class LibbpfExecutor
{
    private const int MostRemembered = 1024;

    /// <inheritdoc/>
    /// <remarks>
    /// Point of no return: the attach call. A pin that fails after it, or a program that is not in force when read back, closes the link again, which
    /// detaches it; a netlink attachment is reported as it is found. A link made here and pinned stays, defunct, after a detach until its pin is removed.
    /// </remarks>
    public ValueTask<Outcome<AttachedProgram>> AttachAsync(AttachRequest request, OperationContext context, CancellationToken cancellation) =>
        _calls.DoAsync("attach", context, () => AttachAsync(request, cancellation), cancellation);

    private async Task<Outcome<AttachedProgram>> AttachAsync(AttachRequest request, CancellationToken cancellation)
    {
        if (request.Mode == XdpMode.Offload)
        {
            throw Words.Offload(request.Interface);
        }

        if (request.ByNetlink ? request.Pin is not null : request.ExpectedOld is not null)
        {
            throw request.ByNetlink ? Words.NetlinkHasNoPin() : Words.LinkReplacesNothing();
        }

        using var program = KernelPrograms.Open(request.Program);
        if (request.Pin is { } pin)
        {
            KernelPins.Check(pin);
        }

        return Outcome.Succeeded(await NamespaceThread.RunAsync(
            request.Interface,
            socket => request.ByNetlink ? ByNetlink(socket, request, program, cancellation) : ByLink(socket, request, program, cancellation)).ConfigureAwait(false));
    }

    private AttachedProgram ByLink(RouteSocket socket, AttachRequest request, Descriptor program, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var fd = KernelLinks.Create(program, request.Interface.IfIndex.Value, Presence.Flag(request.Mode));
        if (fd < 0)
        {
            throw NotAttached(socket, request, new(-fd, null), KernelLinks.CreateCall);
        }

        var link = new Descriptor(fd);
        var pinned = false;
        IReadOnlyCollection<string> directories = [];
        try
        {
            if (request.Pin is { } pin)
            {
                directories = KernelPins.Pin(link, pin);
                pinned = true;
            }

            var id = KernelLinks.Read(link).Id;
            var mode = InForceMode(socket, request, KernelLinks.CreateCall);
            Remember(id, new(request.Interface, mode, request.Pin));
            if (pinned)
            {
                link.Dispose();
            }
            else
            {
                _links[id] = link;
            }

            return new()
            {
                Link = id,
                Program = request.Program.Id,
                Mode = mode,
                Persistence = pinned ? Persistence.Pinned : Persistence.ProcessBound,
                Pin = request.Pin,
            };
        }
        catch
        {
            if (pinned)
            {
                KernelPins.Remove(request.Pin!.Value, new(ObjectKind.Link, KernelLinks.Read(link).Id.Value));
                KernelPins.RemoveEmpty(directories);
            }

            link.Dispose();
            throw;
        }
    }

    // Links that were pinned may end without us. Those that are gone are forgotten before they are too many.
    private void Remember(KernelLinkId id, MadeLink made)
    {
        if (_attached.Count >= MostRemembered)
        {
            var there = KernelLinks.All().Select(l => l.Id).ToHashSet();
            foreach (var gone in _attached.Keys.Where(k => !there.Contains(k)))
            {
                _attached.TryRemove(gone, out _);
            }
        }

        _attached[id] = made;
    }

    private static AttachedProgram ByNetlink(RouteSocket socket, AttachRequest request, Descriptor program, CancellationToken cancellation)
    {
        using var expected = request.ExpectedOld is { } old ? KernelPrograms.TryOpen(old) ?? throw Replaces(socket, request, old, new(Errnos.Enoent, null)) : null;
        var flags = Presence.Flag(request.Mode) | (expected is null ? RouteMessages.FlagUpdateIfNoExist : RouteMessages.FlagReplace);
        cancellation.ThrowIfCancellationRequested();
        var answer = socket.SetXdp(request.Interface.IfIndex, program.Number, flags, expected?.Number);
        if (answer.Errno != 0)
        {
            throw answer.Errno == Errnos.Eexist && request.ExpectedOld is { } wanted
                ? Replaces(socket, request, wanted, answer)
                : NotAttached(socket, request, answer, RouteSocket.SetCall);
        }

        return new()
        {
            Program = request.Program.Id,
            Mode = InForceMode(socket, request, RouteSocket.SetCall),
            Persistence = Persistence.Interface,
        };
    }

    /// <summary>The mode in which it is in force by the interface's own account; success of the call proves nothing.</summary>
    private static XdpMode InForceMode(RouteSocket socket, AttachRequest request, string function)
    {
        var there = socket.Look(request.Interface).Xdp;
        return there.FirstOrDefault(x => x.Program == request.Program.Id && (request.Mode == XdpMode.Unknown || x.Mode == request.Mode))?.Mode
            ?? throw Words.NotInForce(request.Interface, request.Program.Id, Presence.Describe(request.Interface, there), function);
    }

    private static Refusal NotAttached(RouteSocket socket, AttachRequest request, Acknowledgement answer, string function)
    {
        // An interface that went after it was looked at answers BPF_LINK_CREATE with EINVAL: looking again tells the difference.
        var at = request.Interface;
        var there = socket.Look(at).Xdp;
        return answer.Errno switch
        {
            Errnos.Ebusy or Errnos.Eexist => Words.Occupied(at, request.Mode, Presence.Describe(at, there), answer.Errno, function, answer.ExtAck),
            Errnos.Enodev => Words.InterfaceNotFound(at, function),
            Errnos.Eopnotsupp or 524 => Words.ModeUnsupported(at, request.Mode, answer.Errno, function, answer.ExtAck),
            _ => Words.Kernel($"attach program {request.Program.Id} to interface '{at.Name}'", answer.Errno, function, answer.ExtAck),
        };
    }

    private static Refusal Replaces(RouteSocket socket, AttachRequest request, KernelProgramId expected, Acknowledgement answer) =>
        Words.ReplacesAnother(
            request.Interface,
            expected,
            Presence.Describe(request.Interface, socket.Look(request.Interface).Xdp),
            answer.Errno,
            RouteSocket.SetCall,
            answer.ExtAck);
}
