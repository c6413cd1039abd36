using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Bpftool;

public sealed partial class BpftoolExecutor
{
    /// <inheritdoc/>
    /// <remarks>
    /// By netlink only. Point of no return: the start of the tool, which runs in the interface's own namespace and is given the interface by its name;
    /// its number is looked at before and after. An attachment that was made is not taken back.
    /// </remarks>
    public ValueTask<Outcome<AttachedProgram>> AttachAsync(AttachRequest request, OperationContext context, CancellationToken cancellation) =>
        _calls.DoAsync("attach", context, () => AttachAsync(request, cancellation), cancellation);

    private async Task<Outcome<AttachedProgram>> AttachAsync(AttachRequest request, CancellationToken cancellation)
    {
        Refusal? impossible = request switch
        {
            { Mode: XdpMode.Offload } => Words.Offload(request.Interface),
            { ByNetlink: false } => BpftoolWords.NeedsNetlink(request.Interface),
            { Pin: not null } => Words.NetlinkHasNoPin(),
            { ExpectedOld: not null } => BpftoolWords.ReplacesUnseen(request.Interface),
            _ => null,
        };
        if (impossible is not null)
        {
            throw impossible;
        }

        // Held over the call, so that the number bpftool is given stays the program's.
        using var program = KernelPrograms.Open(request.Program);
        using var call = await NetlinkCall.AttachingAsync(_tools, _options, request.Program.Id, cancellation).ConfigureAwait(false);
        return await NamespaceThread.RunAsync(request.Interface, socket => Attach(socket, request, call.Tool, cancellation)).ConfigureAwait(false);
    }

    private static Outcome<AttachedProgram> Attach(RouteSocket socket, AttachRequest request, NetlinkTool tool, CancellationToken cancellation)
    {
        var at = request.Interface;
        var before = socket.Look(at).Xdp;
        var there = Presence.Describe(at, before);
        var answer = tool.Attach(at, request.Mode, cancellation);
        var asked = $"attach program {request.Program.Id} to interface '{at.Name}'";
        var after = LookAfter(socket, at, answer, asked);
        var made = after.FirstOrDefault(x => x.Program == request.Program.Id && (request.Mode == XdpMode.Unknown || x.Mode == request.Mode) && !before.Contains(x));
        if (Settle(answer, made is not null, asked, complaint => NotAttached(request, answer, complaint, Presence.Describe(at, after)), cancellation) is { } refusal)
        {
            throw refusal;
        }

        return there is [var another, ..]
            ? throw BpftoolWords.Overwrote(answer, at, request.Program.Id, another)
            : Outcome.Succeeded(new AttachedProgram { Program = request.Program.Id, Mode = made!.Mode, Persistence = Persistence.Interface }) with { Warnings = [.. Doubts(answer)] };
    }

    private static Refusal NotAttached(AttachRequest request, ToolAnswer answer, Complaint complaint, IReadOnlyCollection<InForce> there) => complaint.Errno switch
    {
        Errnos.Ebusy or Errnos.Eexist => Words.Occupied(request.Interface, request.Mode, there, complaint.Errno, answer.Command, complaint.ExtAck),
        null when there.Count > 0 => Words.Occupied(request.Interface, request.Mode, there, null, answer.Command, complaint.ExtAck ?? complaint.Said),
        Errnos.Eopnotsupp or 524 => Words.ModeUnsupported(request.Interface, request.Mode, complaint.Errno.Value, answer.Command, complaint.ExtAck),
        _ => BpftoolWords.Failed(answer, $"attach program {request.Program.Id} to interface '{request.Interface.Name}'", complaint),
    };

    /// <summary>What is attached after the tool. An interface that is gone or has another name may have been another when the tool found it by its name.</summary>
    private static IReadOnlyList<ObservedXdp> LookAfter(RouteSocket socket, InterfaceRef at, ToolAnswer answer, string asked)
    {
        InterfaceFacts facts;
        try
        {
            facts = socket.Look(at);
        }
        catch (Refusal gone) when (answer is { SaysDone: true } or { End: not ToolEnd.Exited })
        {
            throw BpftoolWords.Unseen(answer, asked, gone.Message);
        }

        return facts.Name == at.Name ? facts.Xdp
            : answer is { SaysDone: false, End: ToolEnd.Exited } ? throw Words.InterfaceIsAnother(at, facts.Name)
            : throw BpftoolWords.Unseen(answer, asked, Words.InterfaceIsAnother(at, facts.Name).Message);
    }
}
