namespace XdpAudit.Core;

/// <summary>
/// Pins that sensors heard made and removed, in their place among what else happened. A notice has only a path: which pin it is, the look must
/// show, and what it cannot show is left to it.
/// </summary>
internal static class PinHeard
{
    internal static void Made(Narrator narrator, Testimony by, PinNotice notice)
    {
        if (narrator.Witnesses.LastAt(notice) != by || narrator.Held(notice.Held, notice.HeldId) is not { } held)
        {
            return;
        }

        var shown = narrator.PinsOf(notice.Held, notice.HeldId).Where(p => p.Path == notice.Path).Select(PinFacts.Of).DistinctBy(p => (p.Device, p.Inode)).ToList();
        if (shown is [var pin] && held.Pins.All(k => !k.Pin.IsSame(pin)))
        {
            narrator.Tell(
                held is LinkState link ? new LinkPinned(link.Key, pin) : new ProgramPinned(((ProgramState)held).Facts.Key, pin),
                by, narrator.Ours.Pinned(Key(held), held.Operation, pin.Path), shown: true);
        }
    }

    internal static void Removed(Narrator narrator, Testimony by, UnpinNotice notice)
    {
        foreach (var (held, pin) in narrator.PinnedAt(notice.Path))
        {
            var (kind, id) = held is LinkState l ? (ObjectKind.Link, l.Key.Id.Value) : (ObjectKind.Program, ((ProgramState)held).Facts.Key.Id.Value);

            // What went with its pin is told with all that it took along.
            var there = held is LinkState ? narrator.SeenLink(new(id)) is not null : narrator.SeenProgram(new(id)) is not null;
            if (there && narrator.PinsOf(kind, id).All(p => !PinFacts.Of(p).IsSame(pin)))
            {
                narrator.Tell(
                    held is LinkState link ? new LinkUnpinned(link.Key, pin) : new ProgramUnpinned(((ProgramState)held).Facts.Key, pin),
                    by, narrator.Ours.Unpinned(Key(held), pin.Path), shown: narrator.Seen.Coverage.Pins.Complete);
            }
        }
    }

    private static string Key(KernelObjectState held) => held is LinkState link ? link.Key.Value : ((ProgramState)held).Facts.Key.Value;
}
