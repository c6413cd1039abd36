namespace XdpAudit.Core;

/// <summary>What is different at one interface that is there.</summary>
internal static class AttachmentChanges
{
    internal static void At(Look look, AttachPointKey key, AttachPointState? before, ObservedInterface seen)
    {
        if ((before is not null && IsUnchanged(look, key, before, seen)) || look.Heard.SetMeanwhile(key))
        {
            return;
        }

        var names = AttachmentDecisions.Names(look, seen);
        before = Missed(look, key, names, before, seen);
        var now = InForce(look, key, before, seen);
        foreach (var old in before?.InForce ?? [])
        {
            if (!now.TryGetValue(old.Mode, out var current))
            {
                Removed(look, key, names.Name, old, AttachmentEnds.Why(look, key, old, seen));
            }
            else if (current.Program == old.Program && current.Link != old.Link)
            {
                Removed(look, key, names.Name, old, AttachmentEnds.Why(look, key, old, seen) ?? EndReason.Replaced);
                Established(look, key, names, old.Mode, current);
            }
            else if (current.Program != old.Program)
            {
                Replaced(look, key, names, old, current);
            }
        }

        foreach (var (mode, current) in now.Where(n => before is null || before.InForce.All(a => a.Mode != n.Key)).OrderBy(n => n.Key))
        {
            Established(look, key, names, mode, current);
        }
    }

    /// <summary>Tells that something is no longer in force; nothing when there is no reason to say so.</summary>
    internal static void Removed(Look look, AttachPointKey key, string name, Attached old, string? why)
    {
        if (why is not null)
        {
            var link = old.Link is { } l ? look.KnownLinks.GetValueOrDefault(l.Id) : null;
            var ours = why is EndReason.InterfaceGone or EndReason.NetnsGone ? null : look.Ours.OutOfForce(key, old.Program, old.Link, link);
            var removed = new AttachmentRemoved(key, name, old.Mode, old.Program, old.Link, why);
            look.Tell(removed, ours, by: look.Heard.Of(removed) ?? (why is EndReason.LinkReleased && link is not null ? look.Heard.Release(link) : null));
        }
    }

    // Nearly every interface at nearly every look.
    private static bool IsUnchanged(Look look, AttachPointKey key, AttachPointState before, ObservedInterface seen)
    {
        var links = look.Places.At(key);
        if (seen.Xdp.Count == 0 || links.Count == 0)
        {
            return seen.Xdp.Count == 0 && before.InForce.Count == 0;
        }

        return seen.Xdp.Count == 1 && before.InForce.Count == 1 && links.Count == 1
            && (seen.Xdp[0], before.InForce[0], links[0]) is var (xdp, old, link)
            && xdp.Mode == old.Mode && link.Key == old.Link && link.Seen.ProgramId == xdp.Program
            && look.Programs.TryGetValue(xdp.Program, out var program) && program.Id == old.Program.Id && program.LoadedNs == old.Program.LoadedNs;
    }

    private static Dictionary<XdpMode, (ProgramKey Program, LinkKey? Link)> InForce(Look look, AttachPointKey key, AttachPointState? before, ObservedInterface seen)
    {
        var now = new Dictionary<XdpMode, (ProgramKey Program, LinkKey? Link)>();
        var links = look.Places.At(key);
        foreach (var xdp in seen.Xdp)
        {
            // A link that is here with another program got it after the interface was read.
            var mine = links.Where(l => l.Seen.ProgramId == xdp.Program || (links.Count == 1 && seen.Xdp.Count == 1)).Select(l => (PlacedLink?)l).FirstOrDefault();
            if (mine is { } link && look.Key(link.Seen.ProgramId) is { } held)
            {
                var mode = link.Seen.ProgramId == xdp.Program || link.Seen.Mode is null or XdpMode.Unknown ? xdp.Mode : link.Seen.Mode.Value;
                now[mode] = (held, link.Key);
            }
            else if (mine is null && MayBeNetlink(look, key, before, xdp) && look.Key(xdp.Program) is { } program)
            {
                now[xdp.Mode] = (program, null);
            }
        }

        return now;
    }

    // Interfaces are read before links. A program in force without a link is a netlink attachment, unless links could not be listed or placed, or
    // a link that was known to hold it there is not there any more: then what was read of the interface may be older than that.
    private static bool MayBeNetlink(Look look, AttachPointKey key, AttachPointState? before, ObservedXdp xdp) =>
        look.Seen.Coverage.Links.Complete
        && !look.Places.AnyUnplaced(key.IfIndex)
        && !look.Heard.CreatedMeanwhile(key, xdp.Program)
        && before?.InForce.Any(a => a.Mode == xdp.Mode && a.Link is not null && a.Program.Id == xdp.Program) != true
        && (before?.LinkEnd is not { } end || end.Program.Id != xdp.Program || end.Evidence != look.Source)
        && !look.Places.KnownAt(key).Any(l => MayShow(l, xdp) && before?.LinkEnd?.Link != l.Key);

    // A link that came after the interface was read last time, and went after it was read this time: it was in force here, and is not now.
    private static AttachPointState? Missed(Look look, AttachPointKey key, InterfaceFacts names, AttachPointState? before, ObservedInterface seen)
    {
        foreach (var xdp in seen.Xdp.Where(x => look.Places.At(key).Count == 0 && before?.InForce.Any(a => a.Mode == x.Mode) != true))
        {
            var link = look.Places.KnownAt(key).FirstOrDefault(l =>
                MayShow(l, xdp) && before?.LinkEnd?.Link != l.Key && before?.InForce.Any(a => a.Link == l.Key) != true);
            if (link?.Program is { } program && Ended(look, link))
            {
                Established(look, key, names, xdp.Mode, (program, link.Key));
                var old = new Attached
                {
                    Mode = xdp.Mode, Program = program, ProgramName = link.ProgramName, Link = link.Key, Since = look.Seen.FinishedAt, By = new Actor.Unknown(""), Position = 0,
                };
                Removed(look, key, names.Name, old, AttachmentEnds.Why(look, key, old, seen));
                before = (before ?? new() { FirstPosition = 0, LastPosition = 0, Key = key, Interface = names }) with { LinkEnd = new(link.Key, program, look.Source) };
            }
        }

        return before;
    }

    // What the interface shows may be by this link.
    private static bool MayShow(LinkState link, ObservedXdp xdp) => link.Program?.Id == xdp.Program && (link.Mode == xdp.Mode || link.Mode == XdpMode.Unknown);

    private static bool Ended(Look look, LinkState link) => look.IsGone(link.Key) || look.Places.IsDefunct(link.Key);

    private static void Established(Look look, AttachPointKey key, InterfaceFacts names, XdpMode mode, (ProgramKey Program, LinkKey? Link) now) =>
        look.Tell(
            new AttachmentEstablished(key, names, mode, now.Program, look.NameOf(now.Program), now.Link),
            look.Ours.InForce(key, mode, now.Program, now.Link, replaced: false));

    internal static void Replaced(Look look, AttachPointKey key, InterfaceFacts names, Attached old, (ProgramKey Program, LinkKey? Link) now)
    {
        var facts = look.KnownProgram(old.Program)?.Facts;
        look.Tell(
            new AttachmentReplaced(
                key, names, old.Mode, old.Program, new(old.ProgramName, facts?.Tag, facts?.Uid, old.Operation), now.Program, look.NameOf(now.Program), now.Link),
            look.Ours.InForce(key, old.Mode, now.Program, now.Link, replaced: true));
    }
}
