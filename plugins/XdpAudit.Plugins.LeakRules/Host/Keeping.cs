using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.LeakRules;

/// <summary>
/// Which single rule speaks of an object that is kept and does nothing, so that one trouble is one finding. The table in the README is
/// this file in words.
/// </summary>
internal static class Keeping
{
    /// <summary>The rule that speaks of a program; null when none does, or when the findings on its holders already say it.</summary>
    internal static string? RuleOf(HostIndex host, ProgramView program)
    {
        if (host.InUse.Contains(program) || RunsUnderLeftover(host, program))
        {
            return null;
        }

        var holders = Visible(program.Holders);
        var others = holders.Where(holder => !host.IsAuditor(holder)).ToList();
        return
            holders.Count == 0 ? LeakRule.HolderUnknown
            : others.All(ToldOnTheHolder) ? null
            : others.All(holder => holder is HolderView.MapElement) ? LeakRule.MapHeldProgram
            : others.All(holder => holder is HolderView.Pin) && program.FormerAttachments.Count == 0 ? LeakRule.PinUnused
            : LeakRule.ProgramRetained;
    }

    /// <summary>The rule that speaks of a link; null when none does.</summary>
    internal static string? RuleOf(HostIndex host, LinkView link)
    {
        var holders = Visible(link.Holders);
        return
            link.State == LinkStates.Unknown ? null
            : holders.Count == 0 ? LeakRule.HolderUnknown
            : link.State != LinkStates.Defunct ? null
            : holders.Where(holder => !host.IsAuditor(holder)).All(ToldOnTheHolder) ? null
            : LeakRule.LinkDefunct;
    }

    /// <summary>The rule that speaks of a map; null when none does. A map in a map has no holder that can be seen, so holder-unknown is not for maps.</summary>
    internal static string? RuleOf(HostIndex host, MapView map)
    {
        var holders = Visible(map.Holders);
        var used = map.UsedBy.Count > 0 || holders.Any(holder => holder is HolderView.Program or HolderView.MapElement);
        return
            used || holders.Where(holder => !host.IsAuditor(holder)).All(ToldOnTheHolder) ? null
            : map.Keeps.Any(id => host.Program(id) is { } kept && RuleOf(host, kept) == LeakRule.MapHeldProgram) ? null
            : LeakRule.MapOrphaned;
    }

    /// <summary>
    /// A holder with a finding of its own that names this object: a link is defunct here, else the program were in use, and is told by
    /// link-defunct; a hidden pin by pin-hidden. The auditor's own descriptor is told by auditor-holds.
    /// </summary>
    private static bool ToldOnTheHolder(HolderView holder) => holder is HolderView.Link or HolderView.Pin { Hidden: true };

    /// <summary>The dispatcher's finding names the EXT programs under it.</summary>
    private static bool RunsUnderLeftover(HostIndex host, ProgramView program) =>
        program.Type == "ext" && Libxdp.DispatcherOf(host, program) is { } id && host.Program(id) is { } dispatcher && !host.InUse.Contains(dispatcher);

    private static List<HolderView> Visible(IReadOnlyList<HolderView> holders) => [.. holders.Where(holder => holder is not HolderView.Unexplained)];
}
