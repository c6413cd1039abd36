using System.Globalization;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Findings;

/// <summary>
/// libxdp attaches a dispatcher by netlink and runs the users' programs under it as EXT programs; the only record of it are the pins
/// <c>xdp/dispatch-IFINDEX-DISPATCHER/prog0-prog</c> and <c>prog0-link</c> (xdp-tools, lib/libxdp/protocol.org).
/// </summary>
internal static class Libxdp
{
    internal const string DispatcherName = "xdp_dispatcher";

    /// <summary>The dispatcher an EXT program belongs to, read from its pins and those of its links; null when none tells.</summary>
    internal static KernelProgramId? DispatcherOf(HostIndex host, ProgramView program) =>
        program.Pins.Concat(program.Holders.OfType<HolderView.Link>().SelectMany(link => host.Link(link.Id)?.Pins ?? []))
            .Select(pin => DispatcherOf(pin.Value))
            .FirstOrDefault(id => id is not null);

    /// <summary>For example 41 of <c>/sys/fs/bpf/xdp/dispatch-3-41/prog0-link</c>.</summary>
    internal static KernelProgramId? DispatcherOf(string pin)
    {
        const string Prefix = "dispatch-";
        foreach (var segment in pin.Split('/'))
        {
            if (segment.StartsWith(Prefix, StringComparison.Ordinal)
                && segment[Prefix.Length..].Split('-') is [var ifIndex, var id]
                && uint.TryParse(ifIndex, NumberStyles.None, CultureInfo.InvariantCulture, out _)
                && uint.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return new(number);
            }
        }

        return null;
    }
}
