namespace XdpAudit.Core;

/// <summary>A link that is attached, as seen and as known by us.</summary>
internal readonly record struct PlacedLink(ObservedLink Seen, LinkKey Key);

/// <summary>Where the links of one look are. Links are read after interfaces, and only iterators tell their namespace.</summary>
internal sealed class LinkPlaces
{
    private readonly Look _look;
    private readonly Dictionary<(NetnsCookie, IfIndex), PlacedLink[]> _at;
    private readonly Dictionary<KernelLinkId, AttachPointKey> _of;
    private readonly HashSet<IfIndex> _unplaced = [];
    private readonly HashSet<KernelLinkId> _defunct = [];
    private readonly Lazy<ILookup<(IfIndex, KernelProgramId), ObservedInterface>> _showing;
    private readonly Lazy<ILookup<AttachPointKey, LinkState>> _known;
    private readonly Lazy<bool> _everywhere;

    internal LinkPlaces(Look look)
    {
        _look = look;
        _at = new(look.Seen.Links.Count);
        _of = new(look.Seen.Links.Count);
        _showing = new(() => look.Seen.Interfaces.SelectMany(i => i.Xdp, (i, x) => (Key: (i.IfIndex, x.Program), Interface: i)).ToLookup(s => s.Key, s => s.Interface));
        _known = new(() => look.KnownLinks.Values.Where(l => l is { Defunct: null, AttachPoint: not null }).ToLookup(l => l.AttachPoint!.Value));
        _everywhere = new(() => look.Seen.Coverage.Namespaces.Complete && look.Seen.Namespaces.All(n => n.Complete));
    }

    /// <summary>Finds the place of a link that was seen; null when it is defunct or cannot be told.</summary>
    internal AttachPointKey? Add(ObservedLink link, LinkKey key)
    {
        if (link.Defunct)
        {
            _defunct.Add(link.Id);
        }

        if (link.Type != "xdp" || link.IfIndex is not { Value: > 0 } index)
        {
            return null;
        }

        if ((link.Netns is { } netns ? _look.Key(netns, index) : Guess(link, index)) is not { } place)
        {
            return null;
        }

        var here = (place.Netns, place.IfIndex);
        _at[here] = _at.TryGetValue(here, out var others) ? [.. others, new(link, key)] : [new(link, key)];
        _of[key.Id] = place;
        return place;
    }

    /// <summary>The links attached at a place, by this look.</summary>
    internal IReadOnlyList<PlacedLink> At(AttachPointKey place) => _at.TryGetValue((place.Netns, place.IfIndex), out var links) ? links : [];

    /// <summary>Where a link is attached, by this look; null when it is not, or when that cannot be told.</summary>
    internal AttachPointKey? Of(LinkKey link) => _of.TryGetValue(link.Id, out var place) && _look.LinkKeys[link.Id] == link ? place : null;

    /// <summary>The look shows a link as defunct.</summary>
    internal bool IsDefunct(LinkKey link) => _defunct.Contains(link.Id) && _look.LinkKeys[link.Id] == link;

    /// <summary>There may be a link on any interface of this number: its namespace was not told.</summary>
    internal bool AnyUnplaced(IfIndex index) => _unplaced.Contains(index);

    /// <summary>Links that were attached at a place, as known before this look.</summary>
    internal IEnumerable<LinkState> KnownAt(AttachPointKey place) => _known.Value[place];

    /// <summary>Why nothing can be attached at a place any more; null when its interface is still there, <see cref="EndReason.Unknown"/> when that cannot be told.</summary>
    internal string? WhyGone(AttachPointKey? place)
    {
        if (place is not { } at)
        {
            return EndReason.Unknown;
        }

        if (_at.ContainsKey((at.Netns, at.IfIndex)) || _look.Interfaces.ContainsKey((at.Netns, at.IfIndex)))
        {
            return null;
        }

        return !_look.Namespaces.TryGetValue(at.Netns, out var netns) ? _look.Seen.Coverage.Namespaces.Complete ? EndReason.NetnsGone : EndReason.Unknown
            : netns.Complete ? EndReason.InterfaceGone
            : EndReason.Unknown;
    }

    // The id walk reports no namespace. An interface of that number that shows that program is the place if it was so before, or if it is the only
    // one and no namespace was left out. Where nothing could be seen, the link is still taken to be where it was.
    private AttachPointKey? Guess(ObservedLink link, IfIndex index)
    {
        var fitting = _showing.Value[(index, link.ProgramId)].Select(i => _look.Key(i.Netns, i.IfIndex)).ToList();
        var before = _look.KnownLinks.GetValueOrDefault(link.Id)?.AttachPoint is { } known && known.IfIndex == index ? known : (AttachPointKey?)null;
        if (before is { } b && fitting.Contains(b))
        {
            return b;
        }

        if (fitting.Count == 1 && _everywhere.Value)
        {
            return fitting[0];
        }

        // It may be at any of those that fit: none of them can be said to be without a link.
        _unplaced.Add(index);
        return before is not null && WhyGone(before) == EndReason.Unknown ? before : null;
    }
}
