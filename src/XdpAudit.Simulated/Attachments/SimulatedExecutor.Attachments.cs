using XdpAudit.Abstractions;

namespace XdpAudit.Simulated;

public sealed partial class SimulatedExecutor
{
    private const string CreateCall = "bpf(BPF_LINK_CREATE)";
    private const string SetCall = "rtnetlink(RTM_SETLINK)";

    /// <inheritdoc/>
    public ValueTask<Outcome<AttachedProgram>> AttachAsync(AttachRequest request, OperationContext context, CancellationToken cancellation) =>
        DoAsync(SimulatedCall.Attach, context, () => Attach(request), () => NeverAttached(request), cancellation);

    /// <inheritdoc/>
    public ValueTask<Outcome<NoValue>> DetachAsync(DetachRequest request, OperationContext context, CancellationToken cancellation) =>
        DoAsync(SimulatedCall.Detach, context, () => Detach(request), () => new NoValue(), cancellation);

    private Outcome<AttachedProgram> Attach(AttachRequest request)
    {
        var at = request.Interface;
        if (request.Mode == XdpMode.Offload)
        {
            throw Words.Offload(at);
        }

        if (request.ByNetlink ? request.Pin is not null : request.ExpectedOld is not null)
        {
            throw request.ByNetlink ? Words.NetlinkHasNoPin() : Words.LinkReplacesNothing();
        }

        Program(request.Program);
        if (request.Pin is { } pin)
        {
            CheckPin(pin);
        }

        Verify(at);
        return Outcome.Succeeded(request.ByNetlink ? ByNetlink(request) : ByLink(request));
    }

    private AttachedProgram ByLink(AttachRequest request)
    {
        var (errno, link) = _kernel.CreateLink(request.Program.Id, request.Interface, request.Mode, _pid);
        if (errno != 0)
        {
            throw NotAttached(request, errno, null, CreateCall);
        }

        var mode = InForceMode(request, CreateCall);
        if (request.Pin is { } pin)
        {
            try
            {
                PinOrRefuse(ObjectKind.Link, link.Value, pin);
            }
            finally
            {
                // Refused, this closes the last descriptor and so detaches.
                _kernel.Close(_pid, ObjectKind.Link, link.Value);
            }
        }

        var made = new AttachedProgram
        {
            Link = link,
            Program = request.Program.Id,
            Mode = mode,
            Persistence = request.Pin is null ? Persistence.ProcessBound : Persistence.Pinned,
            Pin = request.Pin,
        };
        lock (_made)
        {
            _made[link] = made;
        }

        return made;
    }

    private AttachedProgram ByNetlink(AttachRequest request)
    {
        var at = request.Interface;
        if (request.ExpectedOld is { } old && _kernel.Find(old) is null)
        {
            throw Words.ReplacesAnother(at, old, _kernel.Describe(at), Errnos.Enoent, SetCall, null);
        }

        var (errno, extAck) = _kernel.SetXdp(at, request.Program.Id, request.Mode, request.ExpectedOld is null, request.ExpectedOld);
        if (errno != 0)
        {
            throw errno == Errnos.Eexist && request.ExpectedOld is { } expected
                ? Words.ReplacesAnother(at, expected, _kernel.Describe(at), errno, SetCall, extAck)
                : NotAttached(request, errno, extAck, SetCall);
        }

        return new() { Program = request.Program.Id, Mode = InForceMode(request, SetCall), Persistence = Persistence.Interface };
    }

    private XdpMode InForceMode(AttachRequest request, string function) =>
        _kernel.InForce(request.Interface)?.FirstOrDefault(x => x.Program == request.Program.Id && (request.Mode == XdpMode.Unknown || x.Mode == request.Mode))?.Mode
            ?? throw Words.NotInForce(request.Interface, request.Program.Id, _kernel.Describe(request.Interface), function);

    private Refusal NotAttached(AttachRequest request, int errno, string? extAck, string function)
    {
        var at = request.Interface;
        return _kernel.NameOf(at) is null ? Words.InterfaceNotFound(at, function) : errno switch
        {
            Errnos.Ebusy or Errnos.Eexist => Words.Occupied(at, request.Mode, _kernel.Describe(at), errno, function, extAck),
            Errnos.Eopnotsupp => Words.ModeUnsupported(at, request.Mode, errno, function, extAck),
            _ => Words.Kernel($"attach program {request.Program.Id} to interface '{at.Name}'", errno, function, extAck),
        };
    }

    private Outcome<NoValue> Detach(DetachRequest request) => request switch
    {
        { Link: { } link } => DetachLink(link),
        { Interface: { } at } => DetachNetlink(request, at),
        _ => throw Words.DetachOfWhat(),
    };

    private Outcome<NoValue> DetachLink(KernelLinkId link)
    {
        var before = _kernel.Find(link);
        _kernel.DetachLink(link);
        _kernel.Close(_pid, ObjectKind.Link, link.Value);
        return before is { IfIndex: not 0 } ? Outcome.Succeeded(new NoValue()) : Outcome.AlreadyApplied(new NoValue());
    }

    private Outcome<NoValue> DetachNetlink(DetachRequest request, InterfaceRef at)
    {
        Verify(at);
        var there = _kernel.Describe(at);
        if (there.Count == 0)
        {
            return Outcome.AlreadyApplied(new NoValue());
        }

        var aimed = there.FirstOrDefault(x => request.Mode == XdpMode.Unknown || x.Mode == request.Mode) ?? throw Words.ModeIsAnother(at, request.Mode, there);
        if (request.ExpectedOld is { } expected && aimed.Program != expected)
        {
            throw Words.ReplacesAnother(at, expected, there, null, null, null);
        }

        var (errno, extAck) = _kernel.SetXdp(at, null, aimed.Mode, false, aimed.Program);
        return errno switch
        {
            0 => Outcome.Succeeded(new NoValue()),
            Errnos.Ebusy => throw Words.HeldByLink(at, _kernel.Describe(at), errno, SetCall, extAck),
            Errnos.Eexist => throw Words.ReplacesAnother(at, aimed.Program, _kernel.Describe(at), errno, SetCall, extAck),
            _ => throw Words.Kernel($"detach interface '{at.Name}'", errno, SetCall, extAck),
        };
    }

    private static AttachedProgram NeverAttached(AttachRequest request) => new()
    {
        Link = request.ByNetlink ? null : new KernelLinkId(NoSuchId),
        Program = request.Program.Id,
        Mode = request.Mode == XdpMode.Unknown ? XdpMode.Native : request.Mode,
        Persistence = request.ByNetlink ? Persistence.Interface : request.Pin is null ? Persistence.ProcessBound : Persistence.Pinned,
        Pin = request.Pin,
    };
}
