using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Libxdp;

public sealed partial class LibxdpExecutor
{
    /// <inheritdoc/>
    /// <remarks>
    /// The expected program says what goes: one under the dispatcher, the others staying; or the dispatcher itself, with all under it. Without one the
    /// dispatcher goes only when at most one program is under it, so that nothing goes that was not asked about. With the last program the dispatcher goes.
    /// A program that was detached stays loaded as long as a pin or this executor holds it.
    /// </remarks>
    public ValueTask<Outcome<NoValue>> DetachAsync(DetachRequest request, OperationContext context, CancellationToken cancellation) =>
        DoAsync("detach", request.Interface is { } named ? $"detach interface '{named.Name}'" : $"detach link {request.Link}", null, context, () => request switch
        {
            { Link: { } link } => Task.FromResult(DetachLink(link)),
            { Interface: { } at } => DetachAsync(request, at, cancellation),
            _ => throw Words.DetachOfWhat(),
        }, cancellation);

    // A link is not what a member is kept by for long: libxdp makes them all anew when another comes or goes. It tells no interface either.
    private static Outcome<NoValue> DetachLink(KernelLinkId id)
    {
        using var link = KernelLinks.TryOpen(id);
        return link is null ? Outcome.AlreadyApplied(new NoValue())
            : Members.Target(id) is { } target ? throw LibxdpWords.LinkOfDispatcher(KernelLinks.Read(link), target)
            : throw LibxdpWords.LinkNotOurs(id);
    }

    private async Task<Outcome<NoValue>> DetachAsync(DetachRequest request, InterfaceRef at, CancellationToken cancellation)
    {
        var (before, after) = await NamespaceThread.RunAsync(at, socket => Detach(socket, request, at, cancellation), ownDescriptors: true).ConfigureAwait(false);
        if (before is null)
        {
            return Outcome.AlreadyApplied(new NoValue());
        }

        // Only now that the thread has ended has libxdp let go of the old dispatcher for certain.
        var gone = await _lettingGo.WaitUntilGoneAsync(before.Program).ConfigureAwait(false);
        return Outcome.Succeeded(new NoValue()) with
        {
            Warnings =
            [
                .. after is null ? (string[])[] : [LibxdpWords.Remaining(at, after)],
                .. _pins.Remain(at.IfIndex, before.Program) ? (string[])[LibxdpWords.PinsLeft(before.Program, _pins.Directory(at.IfIndex, before.Program))] : [],
                .. gone ? (string[])[] : [Words.StillHeld(before.Program)],
            ],
        };
    }

    /// <summary>The dispatcher that was there and the one that is there now; none at all when nothing was attached.</summary>
    private (Dispatcher? Before, Dispatcher? After) Detach(RouteSocket socket, DetachRequest request, InterfaceRef at, CancellationToken cancellation)
    {
        lock (LibxdpLibrary.Gate)
        {
            var there = socket.Look(at).Xdp;
            if (there.Count == 0)
            {
                return default;
            }

            var dispatcher = there.Select(Dispatcher.Read).OfType<Dispatcher>().FirstOrDefault() ?? throw LibxdpWords.NotADispatcher(at, Presence.Describe(at, there));
            if (request.Mode != XdpMode.Unknown && request.Mode != dispatcher.Mode)
            {
                throw Words.ModeIsAnother(at, request.Mode, Presence.Describe(at, there));
            }

            var member = Meant(request, at, dispatcher);
            if (!_pins.Cover(at.IfIndex, dispatcher))
            {
                throw LibxdpWords.PinsElsewhere(at, dispatcher, _options.Bpffs);
            }

            cancellation.ThrowIfCancellationRequested();
            var (answer, said) = member is null || dispatcher.Members.Count == 1 ? TakeAway(at, dispatcher) : TakeOut(at, dispatcher, member);
            return (dispatcher, Judge(socket, at, dispatcher, member, answer, said));
        }
    }

    /// <summary>The member that is to go; null for all.</summary>
    private static Member? Meant(DetachRequest request, InterfaceRef at, Dispatcher dispatcher) => request.ExpectedOld switch
    {
        null => dispatcher.Members.Count <= 1 ? null : throw LibxdpWords.WhichOne(at, dispatcher),
        { } whole when whole == dispatcher.Program => null,
        { } one => dispatcher.Find(one) ?? throw LibxdpWords.NotUnder(at, one, dispatcher),
    };

    private static (int Answer, string Said) TakeOut(InterfaceRef at, Dispatcher dispatcher, Member member)
    {
        using var program = KernelPrograms.TryOpen(member.Program);
        return program is null
            ? (-Errnos.Enoent, "the program is gone")
            : Tell(program, p => LibxdpLibrary.xdp_program__detach(p, (int)at.IfIndex.Value, Mode(dispatcher.Mode), 0));
    }

    private static (int Answer, string Said) TakeAway(InterfaceRef at, Dispatcher dispatcher)
    {
        var answer = 0;
        var said = LibxdpPrint.Listen(() =>
        {
            var there = LibxdpLibrary.xdp_multiprog__get_from_ifindex((int)at.IfIndex.Value);
            if (LibxdpLibrary.Error(there) is { } errno)
            {
                answer = -errno;
                return;
            }

            // Another one may have come in between; one that was not looked at was not asked about.
            answer = LibxdpLibrary.xdp_multiprog__is_legacy(there) || LibxdpLibrary.xdp_program__id(LibxdpLibrary.xdp_multiprog__main_prog(there)) != dispatcher.Program.Value
                ? -Errnos.Ebusy
                : LibxdpLibrary.xdp_multiprog__detach(there);
            LibxdpLibrary.xdp_multiprog__close(there);
        });
        return (answer, said);
    }

    /// <summary>What is there afterwards, when it is what was asked for.</summary>
    private static Dispatcher? Judge(RouteSocket socket, InterfaceRef at, Dispatcher before, Member? member, int answer, string said)
    {
        var there = socket.Look(at).Xdp;
        var after = there.Select(Dispatcher.Read).OfType<Dispatcher>().FirstOrDefault();
        var still = there.Any(x => x.Program == before.Program) || (member is not null && after?.Find(member.Program) is not null);
        if (answer < 0)
        {
            throw still
                ? LibxdpWords.Failed($"detach {(object?)member ?? $"dispatcher {before.Program}"} from interface '{at.Name}'", -answer, LibxdpWords.DetachCall, said)
                : LibxdpWords.FalseFailure(at, member?.Program ?? before.Program, -answer, said);
        }

        return still ? throw Words.StillInForce(at, Presence.Describe(at, there), LibxdpWords.DetachCall)
            : member is not null && before.Members.FirstOrDefault(m => m != member && after?.Find(m.Program) is null) is { } lost ? throw LibxdpWords.TookMore(at, member, lost)
            : after;
    }
}
