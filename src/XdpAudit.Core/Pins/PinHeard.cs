namespace XdpAudit.Core;

/// <summary>
/// Pins that sensors heard made and removed, in their place among what else happened. A notice has only a path: which pin it is, the look must
/// show. One that went before the look is told by its path alone; what neither can tell is left to the look.
/// </summary>
internal static class PinHeard
{
    internal static void Made(Narrator narrator, Testimony by, PinNotice notice)
    {
        if (narrator.Held(notice.Held, notice.HeldId) is not { } held)
        {
            return;
        }

        var shown = narrator.PinsOf(notice.Held, notice.HeldId).Where(p => p.Path == notice.Path).Select(PinFacts.Of).DistinctBy(p => (p.Device, p.Inode)).ToList();
        var isLast = narrator.Witnesses.LastAt(notice) == by;
        if (isLast && shown is [var pin] && held.Pins.All(k => !k.Pin.IsSame(pin)))
        {
            narrator.TellPinned(held, pin, by, shown: true);
        }
        else if ((!isLast || shown.Count == 0) && held.Pins.All(k => k.Pin.Path != notice.Path) && IsOver(narrator, by, notice, held))
        {
            narrator.TellPinned(held, PinFacts.OnlyHeardOf(notice.Path), by, shown: false);
        }
    }

    internal static void Removed(Narrator narrator, Testimony by, UnpinNotice notice)
    {
        foreach (var (held, pin) in narrator.PinnedAt(notice.Path))
        {
            // What went with its pin is told with all that it took along.
            if (held.There && narrator.PinsOf(held.Kind, held.Id).All(p => !PinFacts.Of(p).IsSame(pin)))
            {
                narrator.Tell(held.Unpinned(pin), by, held.UnpinnedBy(narrator.Ours, pin.Path), shown: narrator.Seen.Coverage.Pins.Complete);
            }
        }
    }

    // That it went is heard, or what it kept is gone. A path that is relative to a directory which nobody saw names no pin.
    private static bool IsOver(Narrator narrator, Testimony by, PinNotice notice, HeldObject held) =>
        notice.Path.Value.StartsWith('/') && (narrator.Witnesses.RemovedAfter(by, notice) || (!held.There && narrator.IsCovered(held.Kind)));
}
