using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Libxdp;

/// <summary>
/// libxdp's dispatcher as the kernel shows it, without libxdp's word: an XDP program of that name whose one map begins with libxdp's magic, and the
/// links that tie programs to its places.
/// </summary>
/// <param name="Program">The dispatcher itself, which is what is in force at the interface.</param>
/// <param name="Mode">The mode it is in.</param>
/// <param name="Version">Of its configuration.</param>
/// <param name="Members">The programs under it in the order they run.</param>
internal sealed record Dispatcher(KernelProgramId Program, XdpMode Mode, int Version, IReadOnlyList<Member> Members)
{
    internal Member? Find(KernelProgramId program) => Members.FirstOrDefault(m => m.Program == program);

    /// <summary>Null when what is attached is none.</summary>
    internal static Dispatcher? Read(ObservedXdp attached)
    {
        using var program = KernelPrograms.TryOpen(attached.Program);
        return program is not null && KernelPrograms.Read(program) is { Type: "xdp", Name: "xdp_dispatcher", Maps: [var map] } && Config(map) is { } config
            ? new(attached.Program, attached.Mode, config.Version, [.. Libxdp.Members.Of(attached.Program).Select(m => m with { Priority = config.Priority(m.Place) })])
            : null;
    }

    private static DispatcherConfig? Config(KernelMapId id)
    {
        using var map = KernelPins.Open(ObjectKind.Map, id.Value);
        return DispatcherConfig.Read(map);
    }
}

/// <summary>A program under a dispatcher.</summary>
/// <param name="Program">The program.</param>
/// <param name="Link">The link that ties it there; made anew with every dispatcher.</param>
/// <param name="Place">Its place, from 0; programs run in this order.</param>
internal sealed record Member(KernelProgramId Program, KernelLinkId Link, int Place)
{
    /// <summary>By which its place was found, lowest first.</summary>
    internal uint Priority { get; init; }

    public override string ToString() => $"program {Program} ('{KernelPrograms.NameOf(Program)}')";
}
