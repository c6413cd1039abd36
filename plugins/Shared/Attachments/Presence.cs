using XdpAudit.Abstractions;

namespace XdpAudit.Plugins;

/// <summary>Says, for messages, what is attached to an interface and what holds it there.</summary>
internal static class Presence
{
    /// <summary>
    /// Rtnetlink does not tell a link's program from a netlink attachment, and a link does not tell its namespace; a link with this interface number
    /// and program is the one unless the same number carries the same program in another namespace.
    /// </summary>
    internal static IReadOnlyList<InForce> Describe(InterfaceRef at, IReadOnlyList<ObservedXdp> there)
    {
        if (there.Count == 0)
        {
            return [];
        }

        var links = KernelLinks.All().Where(l => l.Xdp && l.IfIndex == at.IfIndex.Value).ToList();
        return
        [
            .. there.Select(x => new InForce(
                x.Mode,
                x.Program,
                KernelPrograms.NameOf(x.Program),
                string.Join(" or ", links.Where(l => l.Program == x.Program).Select(l => $"link {l.Id}")) is { Length: > 0 } by ? by : "netlink")),
        ];
    }

    internal static uint Flag(XdpMode mode) => mode switch
    {
        XdpMode.Native => RouteMessages.FlagDrv,
        XdpMode.Generic => RouteMessages.FlagSkb,
        _ => 0,
    };
}
