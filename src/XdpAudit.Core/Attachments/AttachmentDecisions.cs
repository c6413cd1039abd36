namespace XdpAudit.Core;

/// <summary>What came into force, was replaced, moved and went at attach points.</summary>
internal static class AttachmentDecisions
{
    internal static void Decide(Look look)
    {
        var known = look.Known.AttachPoints.ToDictionary();
        Moved(look, known);
        foreach (var seen in look.Seen.Interfaces)
        {
            var key = look.Key(seen.Netns, seen.IfIndex);
            known.Remove(key, out var before);
            if (before is not null || seen.Xdp.Count > 0)
            {
                Renamed(look, before, seen);
                AttachmentChanges.At(look, key, before, seen);
            }
        }

        foreach (var gone in InOrder(known.Values))
        {
            Gone(look, gone);
        }
    }

    internal static InterfaceFacts Names(Look look, ObservedInterface seen) => Names(look, seen.Netns, seen.Name);

    private static InterfaceFacts Names(Look look, NetnsCookie cookie, string name)
    {
        var netns = look.Namespaces.GetValueOrDefault(cookie);
        return new(name, netns?.Name, netns?.Inode, netns?.Path, netns?.Own ?? false);
    }

    private static List<AttachPointState> InOrder(IEnumerable<AttachPointState> places) => [.. places.OrderBy(a => a.Key.Netns.Value).ThenBy(a => a.Key.IfIndex.Value)];

    // A link follows its interface, so it proves the move. Without one, the same program under the same name in another place,
    // while the old place is gone, is the same interface: a program cannot get there by itself.
    private static void Moved(Look look, Dictionary<AttachPointKey, AttachPointState> known)
    {
        var byName = new Lazy<ILookup<string, ObservedInterface>>(() => look.Seen.Interfaces.Where(i => i.Xdp.Count > 0).ToLookup(i => i.Name));
        foreach (var origin in InOrder(known.Values.Where(a => a.InForce.Count > 0 && MayHaveMoved(look, a))))
        {
            var names = origin.Interface;
            if ((ByLink(look, origin) ?? SameNameElsewhere(look, known, origin, byName.Value)) is not { } place || known.ContainsKey(place))
            {
                continue;
            }

            if (look.Interfaces.TryGetValue((place.Netns, place.IfIndex), out var seen))
            {
                names = Names(look, seen);
            }
            else if (look.Places.At(place)[0].Seen.IfName is { } name)
            {
                names = Names(look, place.Netns, name);
            }

            look.Tell(new InterfaceMoved(origin.Key, place, names, [.. origin.InForce.Select(a => new MovedAttachment(a.Mode, a.Program, a.ProgramName, a.Link))]));
            known.Remove(origin.Key);
            known[place] = origin with { Key = place, Interface = names };
        }
    }

    // An interface that is still shown at the old place with the same program in force was read before it moved, or is another: what is
    // in force is then told place by place.
    private static bool MayHaveMoved(Look look, AttachPointState origin) =>
        look.Interfaces.TryGetValue((origin.Key.Netns, origin.Key.IfIndex), out var seen)
            ? ByLink(look, origin) is not null && seen.Xdp.All(x => origin.InForce.All(a => a.Mode != x.Mode || a.Program.Id != x.Program))
            : ByLink(look, origin) is not null || look.Places.WhyGone(origin.Key) is EndReason.InterfaceGone or EndReason.NetnsGone;

    private static AttachPointKey? ByLink(Look look, AttachPointState origin)
    {
        foreach (var here in origin.InForce)
        {
            if (here.Link is { } link && look.Places.Of(link) is { } place && place != origin.Key)
            {
                return place;
            }
        }

        return null;
    }

    private static AttachPointKey? SameNameElsewhere(
        Look look, Dictionary<AttachPointKey, AttachPointState> known, AttachPointState origin, ILookup<string, ObservedInterface> byName)
    {
        if (origin.InForce.Any(a => a.Link is not null))
        {
            return null;
        }

        var places = byName[origin.Interface.Name]
            .Where(i => i.Netns != origin.Key.Netns && origin.InForce.All(a => i.Xdp.Any(x => x.Mode == a.Mode && x.Program == a.Program.Id && look.Key(x.Program) == a.Program)))
            .Select(i => look.Key(i.Netns, i.IfIndex))
            .Where(k => !known.ContainsKey(k) && look.Places.At(k).Count == 0)
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
            look.Tell(new InterfaceRenamed(before.Key, before.Interface.Name, seen.Name, concerned));
        }
    }

    private static void Gone(Look look, AttachPointState gone)
    {
        var why = look.Places.WhyGone(gone.Key);
        var proven = why is EndReason.InterfaceGone or EndReason.NetnsGone;
        foreach (var here in gone.InForce)
        {
            // A link tells what it holds also where its interface could not be looked at.
            if (!proven && look.Places.At(gone.Key).FirstOrDefault(l => l.Key == here.Link) is { Seen: { } link } && look.Key(link.ProgramId) is { } held)
            {
                if (held != here.Program)
                {
                    AttachmentChanges.Replaced(look, gone.Key, gone.Interface, here, (held, here.Link));
                }
            }
            else
            {
                AttachmentChanges.Removed(look, gone.Key, gone.Interface.Name, here, proven ? why : AttachmentEnds.Why(look, gone.Key, here, null));
            }
        }

        if (proven)
        {
            look.Tell(new InterfaceRemoved(gone.Key, gone.Interface.Name, why!));
        }
    }
}
