namespace XdpAudit.Core;

/// <summary>
/// Tells what sensors heard before a look began, in its order, each fact against what is known by then. The look lends what a notice cannot
/// carry, such as the name of a namespace, and confirms what it still shows. Lives for one call of Decide.
/// </summary>
internal sealed partial class Narrator
{
    private readonly List<JournalEvent> _events = [];
    private readonly Dictionary<NetnsCookie, ObservedNamespace> _namespaces;
    private readonly Dictionary<KernelProgramId, ObservedProgram> _seenPrograms;
    private readonly Lazy<Dictionary<KernelLinkId, ObservedLink>> _seenLinks;
    private readonly Lazy<Dictionary<(NetnsCookie, IfIndex), ObservedInterface>> _interfaces;
    private readonly Lazy<Dictionary<KernelMapId, MapKey>> _maps;
    private readonly Lazy<HashSet<KernelMapId>> _seenMaps;
    private readonly Lazy<Dictionary<PinPath, HashSet<(string Kind, uint Id)>>> _pinned;
    private readonly Lazy<Runs<ObservedPin>> _pins;

    internal Narrator(HostState known, Observation seen, LookContext context, Witnesses witnesses)
    {
        (Known, Seen, Context, Witnesses) = (known, seen, context, witnesses);
        Ours = new(known);
        Programs = known.Programs.Values.Where(p => p.Ended is null).ToDictionary(p => p.Facts.Key.Id, p => p.Facts.Key);
        Links = known.Links.Values.Where(l => l.Ended is null).ToDictionary(l => l.Key.Id, l => l.Key);
        _namespaces = seen.Namespaces.ToDictionary(n => n.Cookie);
        _seenPrograms = seen.Programs.ToDictionary(p => p.Id);
        _seenLinks = new(() => seen.Links.ToDictionary(l => l.Id));
        _interfaces = new(() => seen.Interfaces.ToDictionary(i => (i.Netns, i.IfIndex)));
        _maps = new(() => known.Maps.Values.Where(m => m.Ended is null).GroupBy(m => m.Facts.Key.Id).ToDictionary(m => m.Key, m => m.MaxBy(l => l.FirstPosition)!.Facts.Key));
        _pinned = new(KnownPins);
        _seenMaps = new(() => [.. seen.Maps.Select(m => m.Id)]);
        _pins = new(() => new(seen.Pins, p => (p.Kind, p.ObjectId)));
    }

    internal HostState Known { get; private set; }

    internal Observation Seen { get; }

    internal LookContext Context { get; }

    internal Witnesses Witnesses { get; }

    internal Attribution Ours { get; }

    /// <summary>Living programs by kernel id.</summary>
    internal Dictionary<KernelProgramId, ProgramKey> Programs { get; }

    /// <summary>Living links by kernel id.</summary>
    internal Dictionary<KernelLinkId, LinkKey> Links { get; }

    internal IReadOnlyList<JournalEvent> Events => _events;

    /// <summary>Loads out of scope that were heard, by type: they are counted and not told.</summary>
    internal SortedDictionary<string, int> OtherLoads { get; } = new(StringComparer.Ordinal);

    internal IEnumerable<ObservedPin> PinsOf(string kind, uint id) => _pins.Value.Of(kind, id);

    internal ObservedProgram? SeenProgram(KernelProgramId id) => _seenPrograms.GetValueOrDefault(id);

    internal ObservedLink? SeenLink(KernelLinkId id) => _seenLinks.Value.GetValueOrDefault(id);

    internal ObservedInterface? SeenInterface(AttachPointKey place) => _interfaces.Value.GetValueOrDefault((place.Netns, place.IfIndex));

    internal ProgramState? Program(KernelProgramId id) => Programs.TryGetValue(id, out var key) ? Known.Programs.GetValueOrDefault(key) : null;

    internal LinkState? Link(KernelLinkId id) => Links.TryGetValue(id, out var key) ? Known.Links.GetValueOrDefault(key) : null;

    /// <summary>The close that took the last reference of a link, if one did before a moment: that of one which the look still shows did not.</summary>
    internal Testimony? EndOf(LinkState link, ulong notAfter) => SeenLink(link.Key.Id) is null ? Witnesses.EndOf(link, notAfter) : null;

    internal AttachPointKey Place(NoticedInterface at) => new(Seen.Host, Seen.Boot, at.Netns, at.IfIndex);

    /// <summary>The names of an interface: as the notice has them, and as the look has those of its namespace.</summary>
    internal InterfaceFacts Names(NoticedInterface at)
    {
        var netns = _namespaces.GetValueOrDefault(at.Netns);
        var known = Known.AttachPoints.GetValueOrDefault(Place(at))?.Interface;
        return new(at.Name, netns?.Name ?? known?.NetnsName, netns?.Inode ?? at.NetnsInode ?? known?.NetnsInode, netns?.Path ?? known?.NetnsPath, netns?.Own ?? known?.OwnNetns ?? false);
    }

    /// <summary>Why nothing can be in force at a place any more, by the look; null when its interface is still there or that cannot be told.</summary>
    internal string? WhyGone(AttachPointKey place) =>
        SeenInterface(place) is not null ? null
        : !_namespaces.TryGetValue(place.Netns, out var netns) ? Seen.Coverage.Namespaces.Complete ? EndReason.NetnsGone : null
        : netns.Complete ? EndReason.InterfaceGone : null;

    internal DateTimeOffset Moment(ulong bootNs) => Seen.BootedAt.AddTicks((long)(bootNs / 100));

    /// <summary>Adds an event.</summary>
    /// <param name="fact">The event, without what all events have.</param>
    /// <param name="by">Who told it.</param>
    /// <param name="ours">The operation that did it.</param>
    /// <param name="shown">The look shows the same.</param>
    /// <param name="occurred">When, if not when the notice says.</param>
    internal void Tell(JournalEvent fact, Testimony by, OperationState? ours = null, bool shown = false, Occurrence? occurred = null)
    {
        Witnesses.Tell(fact, by);
        fact = by.Sign(fact, occurred ?? Occurrence.Exactly(Moment(by.Notice.BootNs)), ours, shown ? Evidence.Of(Seen) : null);
        _events.Add(fact);
        Known = HostState.Fold(Known, new(Known.Position + 1, Seen.FinishedAt, fact));
        if (ours is not null)
        {
            Ours.Told(fact, ours);
        }
    }
}
