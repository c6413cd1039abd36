namespace XdpAudit.Core;

/// <summary>What sensors heard come into force and go at attach points.</summary>
internal static class AttachmentHeard
{
    /// <summary>Rtnetlink set what an interface runs.</summary>
    internal static void Set(Narrator narrator, Testimony by, XdpSetNotice notice)
    {
        var place = narrator.Place(notice.Interface);
        if (notice.After is { } after)
        {
            if (narrator.Program(after) is { } program)
            {
                InForce(narrator, by, notice.Interface, notice.Mode, program, null);
            }
        }
        else if (Here(narrator, place, notice.Mode) is { Link: null } old)
        {
            Removed(narrator, by, place, notice.Interface.Name, notice.Mode, old.Program, null, EndReason.Asked);
        }
    }

    /// <summary>A program is in force at a place from now on, whatever was there.</summary>
    internal static void InForce(Narrator narrator, Testimony by, NoticedInterface at, XdpMode mode, ProgramState program, LinkKey? link)
    {
        var (place, names, key) = (narrator.Place(at), narrator.Names(at), program.Facts.Key);
        var old = Here(narrator, place, mode);
        if (old is not null && ((old.Program == key && old.Link == link) || narrator.Witnesses.IsLate(by)))
        {
            // Of what came before the last look, that look has told what is left.
            return;
        }

        var shown = narrator.SeenInterface(place)?.Xdp.Any(x => x.Mode == mode && x.Program == key.Id) == true;
        var replaces = old is not null && old.Link == link && old.Program != key;
        var ours = narrator.Ours.InForce(place, mode, key, link, replaces);
        if (replaces)
        {
            var facts = narrator.Known.Programs.GetValueOrDefault(old!.Program)?.Facts;
            narrator.Tell(
                new AttachmentReplaced(place, names, mode, old.Program, new(old.ProgramName, facts?.Tag, facts?.Uid, old.Operation), key, program.Facts.Name, link), by, ours, shown);
            return;
        }

        if (old is not null)
        {
            Gone(narrator, by, place, names.Name, old);
        }

        narrator.Tell(new AttachmentEstablished(place, names, mode, key, program.Facts.Name, link), by, ours, shown);
    }

    internal static void Removed(Narrator narrator, Testimony by, AttachPointKey at, string name, XdpMode mode, ProgramKey program, LinkKey? link, string why)
    {
        var known = link is { } l ? narrator.Link(l.Id) : null;
        var ours = why is EndReason.InterfaceGone or EndReason.NetnsGone ? null : narrator.Ours.OutOfForce(at, program, link, known);
        narrator.Tell(new AttachmentRemoved(at, name, mode, program, link, why), by, ours);
    }

    // A link never takes the place of another, nor of a netlink attachment, nor that of it: what was there had gone before, by a close or unheard.
    private static void Gone(Narrator narrator, Testimony by, AttachPointKey place, string name, Attached old)
    {
        if (old.Link is { } held && narrator.Link(held.Id) is { } link && narrator.EndOf(link, by.Notice.BootNs) is { } close)
        {
            if (narrator.Seen.Coverage.Links.Complete)
            {
                LinkHeard.Released(narrator, close, link);
            }
            else
            {
                Removed(narrator, close, place, name, old.Mode, old.Program, old.Link, EndReason.Unknown);
            }
        }

        if (Here(narrator, place, old.Mode) is { } still)
        {
            narrator.Tell(
                new AttachmentRemoved(place, name, still.Mode, still.Program, still.Link, EndReason.Unknown),
                by with { Notice = by.Notice with { Actor = new Actor.Unknown("gone by the time another took its place; nobody saw it happen") } },
                occurred: Interval.Of(still.Since, narrator.Moment(by.Notice.BootNs)));
        }
    }

    private static Attached? Here(Narrator narrator, AttachPointKey place, XdpMode mode) =>
        narrator.Known.AttachPoints.GetValueOrDefault(place)?.InForce.FirstOrDefault(a => a.Mode == mode);
}
