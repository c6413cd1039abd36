using System.Globalization;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Bpftool;

public sealed partial class BpftoolExecutor
{
    /// <inheritdoc/>
    /// <remarks>
    /// A link is detached and not freed: whoever holds it keeps it, defunct, and with it the program. A netlink attachment is removed in exactly the mode
    /// it is in, because the tools call the removal of nothing a success; that another program took its place between the look and the removal cannot
    /// be excluded, and is warned of where a certain one was expected.
    /// </remarks>
    public ValueTask<Outcome<NoValue>> DetachAsync(DetachRequest request, OperationContext context, CancellationToken cancellation) =>
        _calls.DoAsync("detach", context, () => request switch
        {
            { Link: { } link } => DetachLinkAsync(link, cancellation),
            { Interface: { } at } => DetachNetlinkAsync(request, at, cancellation),
            _ => throw Words.DetachOfWhat(),
        }, cancellation);

    private async Task<Outcome<NoValue>> DetachLinkAsync(KernelLinkId id, CancellationToken cancellation)
    {
        // Held over the call: one that is freed by it would leave its number to be read as gone, which is no proof that it is detached.
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

        if (before.Defunct)
        {
            return Outcome.AlreadyApplied(new NoValue());
        }

        var bpftool = await _tools.BpftoolAsync(cancellation).ConfigureAwait(false);
        var answer = await bpftool.RunAsync(["-j", "--", "link", "detach", "id", id.Value.ToString(CultureInfo.InvariantCulture)], cancellation).ConfigureAwait(false);
        var asked = $"detach link {id}";
        return Settle(answer, KernelLinks.Read(link).Defunct, asked, complaint => BpftoolWords.Failed(answer, asked, complaint), cancellation) is { } refusal
            ? throw refusal
            : Outcome.Succeeded(new NoValue()) with { Warnings = [.. Doubts(answer)] };
    }

    private async Task<Outcome<NoValue>> DetachNetlinkAsync(DetachRequest request, InterfaceRef at, CancellationToken cancellation)
    {
        using var call = await NetlinkCall.DetachingAsync(_tools, _options, cancellation).ConfigureAwait(false);
        return await NamespaceThread.RunAsync(at, socket => DetachNetlink(socket, request, at, call.Tool, cancellation)).ConfigureAwait(false);
    }

    private static Outcome<NoValue> DetachNetlink(RouteSocket socket, DetachRequest request, InterfaceRef at, NetlinkTool tool, CancellationToken cancellation)
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

        if (aimed.Mode == XdpMode.Offload)
        {
            throw Words.Offload(at);
        }

        var name = KernelPrograms.NameOf(aimed.Program);
        var answer = tool.Detach(at, aimed.Mode, cancellation);
        var asked = $"detach program {aimed.Program} ('{name}') from interface '{at.Name}'";
        var after = LookAfter(socket, at, answer, asked);
        return Settle(answer, !after.Contains(aimed), asked, complaint => NotDetached(at, answer, complaint, asked, Presence.Describe(at, after)), cancellation) is { } refusal
            ? throw refusal
            : Outcome.Succeeded(new NoValue()) with { Warnings = [.. Doubts(answer), .. request.ExpectedOld is null ? (string[])[] : [BpftoolWords.Unguarded(aimed.Program, at.Name)]] };
    }

    private static Refusal NotDetached(InterfaceRef at, ToolAnswer answer, Complaint complaint, string asked, IReadOnlyCollection<InForce> there) =>
        complaint.Errno == Errnos.Ebusy || (complaint.Errno is null && there.Any(f => f.By != "netlink"))
            ? Words.HeldByLink(at, there, complaint.Errno, answer.Command, complaint.ExtAck ?? complaint.Said)
            : BpftoolWords.Failed(answer, asked, complaint);
}
