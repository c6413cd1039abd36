using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Libxdp;

public sealed partial class LibxdpExecutor
{
    /// <inheritdoc/>
    /// <remarks>
    /// The program comes under the dispatcher of the interface, beside those that are there; where none is, libxdp makes one. libxdp makes a dispatcher
    /// anew for each change and puts it in the place of the old one in one step: no packet passes between. The links of all members are made anew too.
    /// Point of no return: that step. What libxdp says is not believed: that the program is under the dispatcher in force is read from the kernel.
    /// </remarks>
    public ValueTask<Outcome<AttachedProgram>> AttachAsync(AttachRequest request, OperationContext context, CancellationToken cancellation) =>
        DoAsync("attach", $"attach program {request.Program.Id} to interface '{request.Interface.Name}'", null, context, () => AttachAsync(request, cancellation), cancellation);

    private async Task<Outcome<AttachedProgram>> AttachAsync(AttachRequest request, CancellationToken cancellation)
    {
        Refusal? impossible = request switch
        {
            { Mode: XdpMode.Offload } => Words.Offload(request.Interface),
            { ByNetlink: false } => LibxdpWords.NeedsNetlink(request.Interface),
            { Pin: not null } => LibxdpWords.PinsItself(),
            { ExpectedOld: not null } => LibxdpWords.ReplacesNothing(request.Interface),
            _ => null,
        };
        if (impossible is not null)
        {
            throw impossible;
        }

        using var program = KernelPrograms.Open(request.Program);
        if (KernelPrograms.Read(program) is { Type: not "ext" } other)
        {
            throw LibxdpWords.NotExt(other);
        }

        return await NamespaceThread.RunAsync(request.Interface, socket => Attach(socket, request, program, cancellation), ownDescriptors: true).ConfigureAwait(false);
    }

    private Outcome<AttachedProgram> Attach(RouteSocket socket, AttachRequest request, Descriptor program, CancellationToken cancellation)
    {
        lock (LibxdpLibrary.Gate)
        {
            var at = request.Interface;
            var before = Before(socket, request);
            if (before?.Find(request.Program.Id) is { } already)
            {
                return Outcome.AlreadyApplied(Attached(at, before, already));
            }

            cancellation.ThrowIfCancellationRequested();
            var (answer, said) = Tell(program, p => LibxdpLibrary.xdp_program__attach(p, (int)at.IfIndex.Value, Mode(before?.Mode ?? request.Mode), 0));
            var there = socket.Look(at).Xdp;
            var made = there.Select(Dispatcher.Read).OfType<Dispatcher>().FirstOrDefault(d => d.Find(request.Program.Id) is not null);
            if (made is null)
            {
                throw answer < 0 ? NotAttached(request, before, there, -answer, said) : LibxdpWords.FalseSuccess(at, request.Program.Id, Presence.Describe(at, there));
            }

            return answer < 0
                ? throw LibxdpWords.FalseFailure(at, request.Program.Id, -answer, said)
                : Outcome.Succeeded(Attached(at, made, made.Find(request.Program.Id)!)) with { Warnings = [.. Remarks(at, before, made, request.Program.Id)] };
        }
    }

    /// <summary>The dispatcher that is there, if any; refuses where something else is, or it cannot be added to.</summary>
    private Dispatcher? Before(RouteSocket socket, AttachRequest request)
    {
        var at = request.Interface;
        var there = socket.Look(at).Xdp;
        if (there.Count == 0)
        {
            return null;
        }

        return there.Select(Dispatcher.Read).OfType<Dispatcher>().FirstOrDefault() is not { } dispatcher
                ? throw Words.Occupied(at, request.Mode, Presence.Describe(at, there), Errnos.Ebusy, LibxdpWords.AttachCall, null)
            : request.Mode != XdpMode.Unknown && request.Mode != dispatcher.Mode ? throw LibxdpWords.DispatcherInMode(at, request.Mode, dispatcher)
            : !_pins.Cover(at.IfIndex, dispatcher) ? throw LibxdpWords.PinsElsewhere(at, dispatcher, _options.Bpffs)
            : dispatcher.Members.Count >= DispatcherStructs.Places && dispatcher.Find(request.Program.Id) is null ? throw LibxdpWords.Full(at, dispatcher)
            : dispatcher;
    }

    private static Refusal NotAttached(AttachRequest request, Dispatcher? before, IReadOnlyList<ObservedXdp> there, int errno, string said) => errno switch
    {
        Errnos.Ebusy or Errnos.Eexist when there.Count > 0 && (before is null || there.All(x => x.Program != before.Program)) =>
            Words.Occupied(request.Interface, request.Mode, Presence.Describe(request.Interface, there), errno, LibxdpWords.AttachCall, null),
        Errnos.Eopnotsupp when request.Mode == XdpMode.Native => Words.ModeUnsupported(request.Interface, request.Mode, errno, LibxdpWords.AttachCall, null),
        _ => LibxdpWords.Failed($"attach program {request.Program.Id} to interface '{request.Interface.Name}'", errno, LibxdpWords.AttachCall, said),
    };

    private AttachedProgram Attached(InterfaceRef at, Dispatcher dispatcher, Member member) => new()
    {
        Link = member.Link,
        Program = member.Program,
        Mode = dispatcher.Mode,
        Persistence = Persistence.Pinned,
        Pin = _pins.Of(at.IfIndex, dispatcher.Program, member)?.Link,
    };

    /// <summary>What is where now, and what did not go as it should without stopping it.</summary>
    private IEnumerable<string> Remarks(InterfaceRef at, Dispatcher? before, Dispatcher made, KernelProgramId program)
    {
        var member = made.Find(program)!;
        yield return LibxdpWords.Under(at, made, member, _pins.Of(at.IfIndex, made.Program, member));
        if (before is not null && _pins.Remain(at.IfIndex, before.Program))
        {
            yield return LibxdpWords.PinsLeft(before.Program, _pins.Directory(at.IfIndex, before.Program));
        }

        if (before?.Members.FirstOrDefault(m => made.Find(m.Program) is null) is { } lost)
        {
            yield return LibxdpWords.Lost(at, lost);
        }
    }

    /// <summary>Asks libxdp, in the thread's namespace, with a program of ours; what it answers and what it says.</summary>
    private static (int Answer, string Said) Tell(Descriptor program, Func<nint, int> ask)
    {
        var answer = 0;
        var said = LibxdpPrint.Listen(() =>
        {
            var handle = LibxdpLibrary.xdp_program__from_fd(program.Number);
            if (LibxdpLibrary.Error(handle) is { } errno)
            {
                answer = -errno;
                return;
            }

            answer = ask(handle);
            LibxdpLibrary.xdp_program__close(handle);
        });
        return (answer, said);
    }

    private static int Mode(XdpMode mode) => mode switch
    {
        XdpMode.Native => LibxdpLibrary.ModeNative,
        XdpMode.Generic => LibxdpLibrary.ModeGeneric,
        _ => LibxdpLibrary.ModeUnspecified,
    };
}
