using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Findings;

/// <summary>
/// Which programs do something: those in force at an attach point, and those that such a program reaches through its maps (the target
/// of a tail call is attached nowhere and yet no leak). What could not be looked at counts as used: a doubt is not a leak.
/// </summary>
internal sealed class Use
{
    private readonly HashSet<KernelProgramId> _used = [];

    internal Use(HostIndex host)
    {
        _used.UnionWith(host.Programs.Where(p => p.Type != "ext" && InForce(host, p)).Select(p => p.Id));
        foreach (var program in host.Programs.Where(p => p.Type == "ext" && InForce(host, p)))
        {
            // The link of an EXT program ties it to its dispatcher, not to an interface: it runs only where the dispatcher does.
            if (Libxdp.DispatcherOf(host, program) is not { } id || host.Program(id) is null || _used.Contains(id))
            {
                _used.Add(program.Id);
            }
        }

        var users = host.Maps.Where(m => m.Keeps.Count > 0).ToList();
        while (users.RemoveAll(map => Reaches(host, map) && Add(map.Keeps)) > 0)
        {
        }
    }

    internal bool Contains(ProgramView program) => _used.Contains(program.Id);

    internal bool Contains(KernelProgramId program) => _used.Contains(program);

    /// <summary>A program that is not in the view is of a type we do not follow: we cannot say that it does nothing.</summary>
    private bool Reaches(HostIndex host, MapView map) => map.UsedBy.Any(id => _used.Contains(id) || host.Program(id) is null);

    private bool Add(IReadOnlyList<KernelProgramId> programs)
    {
        _used.UnionWith(programs);
        return true;
    }

    private static bool InForce(HostIndex host, ProgramView program) =>
        program.Attachments.Count > 0
        || program.State is ProgramStates.Attached or ProgramStates.Unknown
        || program.Holders.Any(holder => holder switch
        {
            HolderView.Netlink => true,
            HolderView.Link link => !(host.Link(link.Id) is { } known ? known.State == LinkStates.Defunct : link.Defunct),
            _ => false,
        });
}
