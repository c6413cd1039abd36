namespace XdpAudit.Core;

/// <summary>Links that sensors heard being created, updated, detached and freed.</summary>
internal static class LinkHeard
{
    internal static void Created(Narrator narrator, Testimony by, LinkCreateNotice notice)
    {
        var program = narrator.Program(notice.Program);
        if (by.Told || narrator.Link(notice.Id) is not null || (notice.Type != "xdp" && program is null))
        {
            return;
        }

        var at = notice.Interface;
        var mode = notice.Mode != XdpMode.Unknown || at is null ? notice.Mode
            : narrator.SeenInterface(narrator.Place(at))?.Xdp.FirstOrDefault(x => x.Program == notice.Program)?.Mode ?? XdpMode.Unknown;
        var facts = new LinkFacts
        {
            Key = new(narrator.Seen.Host, narrator.Seen.Boot, notice.Id, notice.Program, notice.Type),
            Program = program?.Facts.Key,
            ProgramName = program?.Facts.Name ?? "",
            AttachPoint = at is null ? null : narrator.Place(at),
            IfName = at?.Name ?? "",
            Mode = mode,
            Target = notice.Target,
        };
        narrator.Links[notice.Id] = facts.Key;
        narrator.Tell(
            new LinkCreated(facts), by, narrator.Ours.Created(facts, narrator.PinsOf(ObjectKind.Link, notice.Id.Value)), narrator.SeenLink(notice.Id) is not null);
        if (at is not null && program is not null && mode != XdpMode.Unknown)
        {
            AttachmentHeard.InForce(narrator, by, at, mode, program, facts.Key);
        }
    }

    internal static void Updated(Narrator narrator, Testimony by, LinkUpdateNotice notice)
    {
        if (narrator.Link(notice.Id) is not { } link || narrator.Program(notice.NewProgram) is not { } program || link.Program == program.Facts.Key)
        {
            return;
        }

        narrator.Tell(
            new LinkProgramReplaced(link.Key, link.Program, program.Facts.Key, program.Facts.Name), by, narrator.Ours.Updated(link.Key, program.Facts.Key),
            narrator.SeenLink(notice.Id)?.ProgramId == notice.NewProgram);
        if (notice.Interface is { } at && link.Defunct is null && ModeOf(narrator, link) is var mode and not XdpMode.Unknown)
        {
            AttachmentHeard.InForce(narrator, by, at, mode, program, link.Key);
        }
    }

    internal static void Detached(Narrator narrator, Testimony by, LinkDetachNotice notice)
    {
        if (narrator.Link(notice.Id) is not { Defunct: null } link)
        {
            return;
        }

        Off(narrator, by, link, notice.Why);
        narrator.Tell(
            new LinkDetached(link.Key, link.Program, link.AttachPoint, link.IfName, notice.Why), by, narrator.Ours.Detached(link.Key), narrator.SeenLink(notice.Id)?.Defunct == true);
    }

    internal static void Freed(Narrator narrator, Testimony by, LinkFreeNotice notice)
    {
        if (narrator.Link(notice.Id) is { } link)
        {
            Released(narrator, narrator.Witnesses.Cause(by.Notice.BootNs, [$"close {ObjectKind.Link} {notice.Id}", .. ProgramHeard.Exits(link)]) ?? by, link);
        }
    }

    /// <summary>The last descriptor or pin of a link went, and with it what it held in force.</summary>
    internal static void Released(Narrator narrator, Testimony by, LinkState link)
    {
        Off(narrator, by, link, EndReason.LinkReleased);
        foreach (var pin in link.Pins)
        {
            narrator.Tell(new LinkUnpinned(link.Key, pin.Pin), by, narrator.Ours.Unpinned(link.Key.Value, pin.Pin.Path));
        }

        foreach (var holder in link.Holders)
        {
            narrator.Tell(new HolderGone(link.Key.Value, holder.Holder, "closed it or ended"), by);
        }

        narrator.Tell(
            new LinkReleased(link.Key, link.Program, EndReason.LastReference, HolderWords.Of(link), Witnesses.WordsOfEnd(by)), by, narrator.Ours.Released(link),
            narrator.Seen.Coverage.Links.Complete && narrator.SeenLink(link.Key.Id) is null);
        narrator.Links.Remove(link.Key.Id);
    }

    // Of a link that was found by the walk over ids, only what is in force by it tells the mode.
    private static XdpMode ModeOf(Narrator narrator, LinkState link) =>
        link.Mode == XdpMode.Unknown && link.AttachPoint is { } at && narrator.Known.AttachPoints.GetValueOrDefault(at)?.InForce.FirstOrDefault(a => a.Link == link.Key) is { } here
            ? here.Mode
            : link.Mode;

    private static void Off(Narrator narrator, Testimony by, LinkState link, string why)
    {
        if (link.AttachPoint is { } at && narrator.Known.AttachPoints.GetValueOrDefault(at)?.InForce.FirstOrDefault(a => a.Link == link.Key) is { } here)
        {
            AttachmentHeard.Removed(narrator, by, at, link.IfName, here.Mode, here.Program, link.Key, why);
        }
    }
}
