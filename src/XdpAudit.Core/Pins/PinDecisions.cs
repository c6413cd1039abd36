namespace XdpAudit.Core;

/// <summary>Pins that were made and removed.</summary>
internal static class PinDecisions
{
    internal static void Decide(Look look)
    {
        var pins = look.Seen.Pins.Where(p => p.ObjectId is not null).ToLookup(p => (p.Kind, p.ObjectId!.Value));
        foreach (var held in HeldObjects.Of(look))
        {
            var seen = held.There ? pins[(held.Kind, held.Id)].DistinctBy(p => (p.Device, p.Inode)).Select(PinFacts.Of).OrderBy(p => p.Path.Value, StringComparer.Ordinal).ToList() : [];
            foreach (var pin in seen.Where(p => held.Pins.All(k => k.Pin != p)))
            {
                look.Tell(held.Pinned(pin), look.Ours(held.PinnedName, Attribution.Pin(pin.Path)));
            }

            if (!held.There || look.Seen.Coverage.Pins.Complete)
            {
                foreach (var pin in held.Pins.Select(k => k.Pin).Where(k => seen.All(p => (p.Device, p.Inode) != (k.Device, k.Inode))))
                {
                    look.Tell(held.Unpinned(pin), look.Ours(held.UnpinnedName, Attribution.Pin(pin.Path)));
                }
            }
        }
    }
}
