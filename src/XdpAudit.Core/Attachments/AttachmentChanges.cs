namespace XdpAudit.Core;

/// <summary>What is different at one interface that is there.</summary>
internal static class AttachmentChanges
{
    internal static void At(Look look, AttachPointKey key, AttachPointState? before, ObservedInterface seen, IEnumerable<ObservedLink> links)
    {
        var here = links.ToList();
        var now = new Dictionary<XdpMode, (ProgramKey Program, LinkKey? Link)>();
        foreach (var xdp in seen.Xdp)
        {
            var link = here.FirstOrDefault(l => l.ProgramId == xdp.Program);
            if (look.Key(xdp.Program) is { } program && (link is not null || MayBeNetlink(look, before, xdp)))
            {
                now[xdp.Mode] = (program, link is null ? null : look.LinkKeys[link.Id]);
            }
        }

        var names = AttachmentDecisions.Names(look, seen);
        var complete = look.Namespaces.TryGetValue(seen.Netns, out var netns) && netns.Complete;
        foreach (var old in before?.InForce ?? [])
        {
            var still = now.TryGetValue(old.Mode, out var current);
            if (!still && complete && Left(look, old, seen))
            {
                Removed(look, key, names.Name, old);
            }
            else if (still && current.Program == old.Program && current.Link != old.Link)
            {
                Removed(look, key, names.Name, old);
                Established(look, key, names, old.Mode, current);
            }
            else if (still && current.Program != old.Program)
            {
                Replaced(look, key, names, old, current);
            }
        }

        foreach (var (mode, current) in now.Where(n => before is null || before.InForce.All(a => a.Mode != n.Key)).OrderBy(n => n.Key))
        {
            Established(look, key, names, mode, current);
        }
    }

    // Interfaces are read before links. A program in force without a link is a netlink attachment, unless links could not be listed, or
    // the link that was known to hold it is gone or defunct by now: then what was read of the interface is older than that.
    private static bool MayBeNetlink(Look look, AttachPointState? before, ObservedXdp xdp) =>
        look.Seen.Coverage.Links.Complete
        && before?.InForce.Any(a => a.Mode == xdp.Mode && a.Link is not null && a.Program.Id == xdp.Program) != true;

    // A program that was not in the list is no proof that the old one left its place: the next look will know it.
    private static bool Left(Look look, Attached old, ObservedInterface seen) =>
        seen.Xdp.FirstOrDefault(x => x.Mode == old.Mode) is not { } there || (old.Link is not null && look.Seen.Coverage.Links.Complete && there.Program == old.Program.Id);

    private static void Removed(Look look, AttachPointKey key, string name, Attached old)
    {
        var why = old.Link is { } link && !look.LinkKeys.ContainsValue(link) ? EndReason.LinkReleased : EndReason.Asked;
        var ours = look.Ours(nameof(AttachmentRemoved), Marks(key, old.Link, look));
        look.Tell(new AttachmentRemoved(key, name, old.Mode, old.Program, old.Link, why), ours);
    }

    private static void Established(Look look, AttachPointKey key, InterfaceFacts names, XdpMode mode, (ProgramKey Program, LinkKey? Link) now)
    {
        var ours = look.Ours(nameof(AttachmentEstablished), Marks(key, now.Link, look));
        look.Tell(new AttachmentEstablished(key, names, mode, now.Program, look.NameOf(now.Program), now.Link), ours);
    }

    private static void Replaced(Look look, AttachPointKey key, InterfaceFacts names, Attached old, (ProgramKey Program, LinkKey? Link) now)
    {
        var facts = look.KnownPrograms.GetValueOrDefault(old.Program)?.Facts;
        var ours = look.Ours(nameof(AttachmentReplaced), Marks(key, now.Link, look));
        look.Tell(
            new AttachmentReplaced(
                key, names, old.Mode, old.Program, new(old.ProgramName, facts?.Tag, facts?.Uid, old.Operation), now.Program, look.NameOf(now.Program), now.Link),
            ours);
    }

    private static string?[] Marks(AttachPointKey key, LinkKey? link, Look look)
    {
        if (link is not { } l)
        {
            return [key.Value];
        }

        // A link that was unpinned by an operation took its attachment with it: its pins are the marks.
        var pins = look.KnownLinks.TryGetValue(l.Id, out var known) ? known.Pins.Select(p => (string?)Attribution.Pin(p.Pin.Path)) : [];
        return [key.Value, Attribution.Link(l.Id), .. pins];
    }
}
