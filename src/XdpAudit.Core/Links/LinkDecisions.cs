namespace XdpAudit.Core;

/// <summary>Links that came, changed their program, became defunct and went.</summary>
internal static class LinkDecisions
{
    internal static void Found(Look look)
    {
        foreach (var seen in look.Seen.Links.Where(l => InScope(look, l)).OrderBy(l => l.Id.Value))
        {
            if (look.KnownLinks.TryGetValue(seen.Id, out var known) && IsSame(known, seen))
            {
                look.LinkKeys[seen.Id] = known.Key;
                continue;
            }

            var key = new LinkKey(look.Seen.Host, look.Seen.Boot, seen.Id, seen.ProgramId, seen.Type);
            look.LinkKeys[seen.Id] = key;
            if (known is not null)
            {
                look.Tell(new LinkReleased(known.Key, known.Program, EndReason.LastReference, HolderWords.Of(known)), null);
            }

            var program = look.Key(seen.ProgramId);
            var at = LinkPlaces.Of(look, seen);
            var facts = new LinkFacts
            {
                Key = key,
                Program = program,
                ProgramName = program is { } p ? look.NameOf(p) : "",
                AttachPoint = at,
                IfName = seen.IfName ?? (at is { } a && look.Interfaces.TryGetValue((a.Netns, a.IfIndex), out var i) ? i.Name : ""),
                Mode = seen.Mode ?? XdpMode.Unknown,
                Defunct = seen.Defunct,
                Target = seen.TargetProgramId,
            };
            var ours = look.Ours(nameof(LinkCreated), [Attribution.Link(seen.Id), .. PinsOf(look, seen.Id)]);
            look.Tell(ours is null ? new LinkFound(facts) : new LinkCreated(facts), ours);
        }
    }

    internal static void Changed(Look look)
    {
        foreach (var (seen, known) in Pairs(look))
        {
            if (known.Program?.Id != seen.ProgramId && look.Key(seen.ProgramId) is { } now && now != known.Program)
            {
                var ours = look.Ours(nameof(LinkProgramReplaced), Attribution.Link(seen.Id));
                look.Tell(new LinkProgramReplaced(known.Key, known.Program, now, look.NameOf(now)), ours);
            }
        }
    }

    internal static void Detached(Look look)
    {
        foreach (var (seen, known) in Pairs(look).Where(p => p.Seen.Defunct && p.Known.Defunct is null))
        {
            var ours = look.Ours(nameof(LinkDetached), Attribution.Link(seen.Id));
            var why = ours is not null ? EndReason.Asked : LinkPlaces.WhyGone(look, known.AttachPoint) ?? EndReason.Asked;
            look.Tell(new LinkDetached(known.Key, known.Program, known.AttachPoint, known.IfName, why), ours);
        }
    }

    internal static void Gone(Look look)
    {
        if (!look.Seen.Coverage.Links.Complete)
        {
            return;
        }

        foreach (var known in look.KnownLinks.Values.Where(k => !look.LinkKeys.ContainsKey(k.Key.Id)).OrderBy(k => k.Key.Id.Value))
        {
            var marks = known.Pins.Select(p => (string?)Attribution.Pin(p.Pin.Path)).Append(Attribution.Link(known.Key.Id));
            look.Tell(
                new LinkReleased(known.Key, known.Program, EndReason.LastReference, HolderWords.Of(known)),
                look.Ours(nameof(LinkReleased), [.. marks]));
        }
    }

    private static bool InScope(Look look, ObservedLink link) =>
        link.Type == "xdp" || look.Programs.ContainsKey(link.ProgramId) || look.KnownLinks.ContainsKey(link.Id);

    // Ids come again only after 2^31 of them; a link never changes its type, and a defunct one never comes back.
    private static bool IsSame(LinkState known, ObservedLink seen) => known.Key.Type == seen.Type && (known.Defunct is null || seen.Defunct);

    private static IEnumerable<(ObservedLink Seen, LinkState Known)> Pairs(Look look) =>
        from seen in look.Seen.Links
        where look.LinkKeys.ContainsKey(seen.Id)
        orderby seen.Id.Value
        let known = look.KnownLinks.GetValueOrDefault(seen.Id)
        where known is not null && known.Key == look.LinkKeys[seen.Id]
        select (seen, known);

    private static IEnumerable<string> PinsOf(Look look, KernelLinkId id) =>
        look.Seen.Pins.Where(p => p.Kind == ObjectKind.Link && p.ObjectId == id.Value).Select(p => Attribution.Pin(p.Path));
}

/// <summary>Where links are, and why they are no longer there.</summary>
internal static class LinkPlaces
{
    /// <summary>The attach point of a link; null when it is defunct or cannot be told.</summary>
    internal static AttachPointKey? Of(Look look, ObservedLink link)
    {
        if (link.Type != "xdp" || link.IfIndex is not { Value: > 0 } index)
        {
            return null;
        }

        if (link.Netns is { } netns)
        {
            return new(look.Seen.Host, look.Seen.Boot, netns, index);
        }

        // The id walk reports no namespace: an interface of that number with that program in force tells it, if it is the only one.
        var fitting = look.Seen.Interfaces.Where(i => i.IfIndex == index && i.Xdp.Any(x => x.Program == link.ProgramId)).Take(2).ToList();
        return fitting.Count == 1 ? new(look.Seen.Host, look.Seen.Boot, fitting[0].Netns, index)
            : look.KnownLinks.TryGetValue(link.Id, out var known) && known.AttachPoint?.IfIndex == index ? known.AttachPoint : null;
    }

    /// <summary>Why nothing can be attached at a place any more; null when its interface is still there or that cannot be told.</summary>
    internal static string? WhyGone(Look look, AttachPointKey? place)
    {
        if (place is not { } at)
        {
            return EndReason.Unknown;
        }

        if (!look.Namespaces.TryGetValue(at.Netns, out var netns))
        {
            return look.Seen.Coverage.Namespaces.Complete ? EndReason.NetnsGone : EndReason.Unknown;
        }

        return look.Interfaces.ContainsKey((at.Netns, at.IfIndex)) ? null : netns.Complete ? EndReason.InterfaceGone : EndReason.Unknown;
    }
}
