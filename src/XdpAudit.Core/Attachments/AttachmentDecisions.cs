namespace XdpAudit.Core;

/// <summary>What came into force, was replaced, moved and went at attach points.</summary>
internal static class AttachmentDecisions
{
    internal static void Decide(Look look)
    {
        var known = new Dictionary<AttachPointKey, AttachPointState>(look.Known.AttachPoints);
        var linksAt = look.Seen.Links
            .Where(l => look.LinkKeys.ContainsKey(l.Id))
            .Select(l => (Place: LinkPlaces.Of(look, l), Link: l))
            .Where(l => l.Place is not null)
            .ToLookup(l => l.Place!.Value, l => l.Link);

        Moved(look, known, linksAt);
        foreach (var seen in look.Seen.Interfaces.OrderBy(i => i.Netns.Value).ThenBy(i => i.IfIndex.Value))
        {
            var key = new AttachPointKey(look.Seen.Host, look.Seen.Boot, seen.Netns, seen.IfIndex);
            known.Remove(key, out var before);
            if (before is not null || seen.Xdp.Count > 0)
            {
                Renamed(look, before, seen);
                AttachmentChanges.At(look, key, before, seen, linksAt[key]);
            }
        }

        foreach (var gone in known.Values.OrderBy(a => a.Key.Value, StringComparer.Ordinal))
        {
            Gone(look, gone);
        }
    }

    internal static InterfaceFacts Names(Look look, ObservedInterface seen)
    {
        var netns = look.Namespaces.GetValueOrDefault(seen.Netns);
        return new(seen.Name, netns?.Name, netns?.Inode, netns?.Path, netns?.Own ?? false);
    }

    // A link follows its interface, so it proves the move. Without one, the same program under the same name in another place,
    // while the old place is gone, is the same interface: a program cannot get there by itself.
    private static void Moved(Look look, Dictionary<AttachPointKey, AttachPointState> known, ILookup<AttachPointKey, ObservedLink> linksAt)
    {
        foreach (var origin in known.Values.Where(a => a.InForce.Count > 0).OrderBy(a => a.Key.Value, StringComparer.Ordinal).ToList())
        {
            if (look.Interfaces.ContainsKey((origin.Key.Netns, origin.Key.IfIndex)))
            {
                continue;
            }

            var to = origin.InForce.Select(a => a.Link).OfType<LinkKey>()
                .SelectMany(l => linksAt.Where(p => p.Key != origin.Key && p.Any(s => look.LinkKeys[s.Id] == l)).Select(p => (AttachPointKey?)p.Key))
                .FirstOrDefault() ?? SameNameElsewhere(look, known, origin);
            if (to is not { } place || known.ContainsKey(place) || !look.Interfaces.TryGetValue((place.Netns, place.IfIndex), out var seen))
            {
                continue;
            }

            var names = Names(look, seen);
            look.Tell(
                new InterfaceMoved(origin.Key, place, names, [.. origin.InForce.Select(a => new MovedAttachment(a.Mode, a.Program, a.ProgramName, a.Link))]),
                null);
            known.Remove(origin.Key);
            known[place] = origin with { Key = place, Interface = names };
        }
    }

    private static AttachPointKey? SameNameElsewhere(Look look, Dictionary<AttachPointKey, AttachPointState> known, AttachPointState origin)
    {
        if (origin.InForce.Any(a => a.Link is not null))
        {
            return null;
        }

        var places = look.Seen.Interfaces
            .Where(i => i.Name == origin.Interface.Name && i.Netns != origin.Key.Netns && origin.InForce.All(a => i.Xdp.Any(x => x.Mode == a.Mode && x.Program == a.Program.Id)))
            .Select(i => new AttachPointKey(look.Seen.Host, look.Seen.Boot, i.Netns, i.IfIndex))
            .Where(k => !known.ContainsKey(k))
            .Take(2)
            .ToList();
        return places.Count == 1 ? places[0] : null;
    }

    private static void Renamed(Look look, AttachPointState? before, ObservedInterface seen)
    {
        if (before is not null && before.Interface.Name != seen.Name)
        {
            IReadOnlyList<string> concerned =
                [.. before.InForce.Select(a => a.Program.Value), .. before.InForce.Select(a => a.Link).OfType<LinkKey>().Select(l => l.Value)];
            look.Tell(new InterfaceRenamed(before.Key, before.Interface.Name, seen.Name, concerned), null);
        }
    }

    private static void Gone(Look look, AttachPointState gone)
    {
        var why = LinkPlaces.WhyGone(look, gone.Key);
        if (why is not (EndReason.InterfaceGone or EndReason.NetnsGone))
        {
            return;
        }

        foreach (var here in gone.InForce)
        {
            look.Tell(new AttachmentRemoved(gone.Key, gone.Interface.Name, here.Mode, here.Program, here.Link, why), null);
        }

        look.Tell(new InterfaceRemoved(gone.Key, gone.Interface.Name, why), null);
    }
}
