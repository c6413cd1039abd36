using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Findings;

/// <summary>The host of one input, with what the rules look up in it. Live objects only, except where a member says otherwise.</summary>
internal sealed class HostIndex
{
    private readonly Dictionary<KernelProgramId, ProgramView> _programs;
    private readonly Dictionary<KernelLinkId, LinkView> _links;
    private readonly Dictionary<KernelMapId, MapView> _maps;
    private readonly Dictionary<NetnsCookie, Netns> _namespaces = [];
    private readonly ILookup<uint, ProgramView> _extensions;

    internal HostIndex(DetectorInput input)
    {
        Input = input;
        Programs = [.. View.Programs.Where(p => p.Ended is null)];
        Links = [.. View.Links.Where(l => l.Ended is null)];
        Maps = [.. View.Maps.Where(m => m.Ended is null)];
        _programs = Programs.DistinctBy(p => p.Id).ToDictionary(p => p.Id);
        _links = Links.DistinctBy(l => l.Id).ToDictionary(l => l.Id);
        _maps = Maps.DistinctBy(m => m.Id).ToDictionary(m => m.Id);
        foreach (var netns in View.Attachments.Select(Netns.Of).Concat(Links.Select(Netns.Of).OfType<Netns>()))
        {
            _namespaces[netns.Cookie] = _namespaces.TryGetValue(netns.Cookie, out var known) ? known.With(netns) : netns;
        }

        _extensions = Programs.Where(p => p.Type == "ext").ToLookup(p => Libxdp.DispatcherOf(this, p)?.Value ?? 0);
        InUse = new Use(this);
    }

    internal DetectorInput Input { get; }

    internal HostView View => Input.Host;

    internal DateTimeOffset Now => Input.Now;

    internal IReadOnlyList<ProgramView> Programs { get; }

    internal IReadOnlyList<LinkView> Links { get; }

    internal IReadOnlyList<MapView> Maps { get; }

    /// <summary>Which programs do something.</summary>
    internal Use InUse { get; }

    internal ProgramView? Program(KernelProgramId id) => _programs.GetValueOrDefault(id);

    internal ProgramView? Program(ProgramKey key) => _programs.GetValueOrDefault(key.Id) is { } program && program.Key == key ? program : null;

    internal LinkView? Link(KernelLinkId id) => _links.GetValueOrDefault(id);

    internal MapView? Map(KernelMapId id) => _maps.GetValueOrDefault(id);

    /// <summary>What is known of a namespace; its cookie alone when nothing else is.</summary>
    internal Netns Namespace(NetnsCookie cookie) => _namespaces.GetValueOrDefault(cookie) ?? new Netns(cookie, null, null, false);

    /// <summary>The EXT programs that libxdp runs under this dispatcher, as their pins tell.</summary>
    internal IEnumerable<ProgramView> ExtensionsOf(ProgramView dispatcher) => _extensions[dispatcher.Id.Value];

    /// <summary>The descriptor is the auditor's own.</summary>
    internal bool IsAuditor(HolderView holder) => holder is HolderView.Descriptor d && (d.Auditor || d.Process.Pid == Input.AuditorPid);
}
