using System.Runtime.CompilerServices;

namespace XdpAudit.Core;

/// <summary>What the living programs of a host say of other objects, found once for all that ask of the same state: it would cost a walk of all of them each.</summary>
internal sealed class ProgramRelations
{
    private static readonly ConditionalWeakTable<HostState, ProgramRelations> Known = [];

    private ProgramRelations(HostState host)
    {
        var living = host.Programs.Values.Where(p => p.Ended is null).OrderBy(p => p.Facts.Key.Id.Value).ToList();
        Extensions = living.Where(p => p.Facts.Extends is not null).ToLookup(p => p.Facts.Extends!.Value);
        Users = living.SelectMany(p => p.MapIds.Distinct().Select(m => (Map: m, Program: p))).ToLookup(u => u.Map, u => u.Program);
        KeptBy = living.SelectMany(p => p.Holders.Select(h => h.Holder).OfType<HolderFacts.ByMapElement>().Select(e => e.Map).Distinct().Select(m => (Map: m, Program: p)))
            .ToLookup(k => k.Map, k => k.Program);
    }

    /// <summary>Programs by the one they extend.</summary>
    internal ILookup<KernelProgramId, ProgramState> Extensions { get; }

    /// <summary>Programs by the maps they use.</summary>
    internal ILookup<KernelMapId, ProgramState> Users { get; }

    /// <summary>Programs by the maps whose elements hold them.</summary>
    internal ILookup<KernelMapId, ProgramState> KeptBy { get; }

    internal static ProgramRelations Of(HostState host) => Known.GetValue(host, static h => new(h));
}
