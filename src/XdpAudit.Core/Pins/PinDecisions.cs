namespace XdpAudit.Core;

/// <summary>Pins that were made and removed.</summary>
internal static class PinDecisions
{
    internal static void Decide(Look look)
    {
        foreach (var held in look.Held)
        {
            if (held.Pins.Count == 0 && !look.Pins.Any(held.Kind, held.Id))
            {
                continue;
            }

            var seen = held.There ? Seen(look, held) : [];
            foreach (var pin in seen.Where(p => held.Pins.All(k => k.Pin != p)))
            {
                look.Tell(held.Pinned(pin), held.PinnedBy(look.Ours, pin.Path));
            }

            if (held.Pins.Count > 0 && (!held.There || look.Seen.Coverage.Pins.Complete))
            {
                foreach (var pin in held.Pins.Select(k => k.Pin).Where(k => seen.All(p => !p.IsSame(k))))
                {
                    look.Tell(held.Unpinned(pin), held.UnpinnedBy(look.Ours, pin.Path));
                }
            }
        }
    }

    // One pin can be seen by many paths, through mounts and processes that come and go. The path by which it is known stays, as long as it leads
    // there as well as any other: else every look would tell of pins that nobody touched.
    private static IReadOnlyList<PinFacts> Seen(Look look, HeldObject held) =>
        held.Pins.Count == 1 && look.Pins.Only(held.Kind, held.Id) is { } only && PinFacts.Of(only) is var pin && pin == held.Pins[0].Pin ? [pin] :
    [
        .. look.Pins.Of(held.Kind, held.Id)
            .Select(PinFacts.Of)
            .GroupBy(p => (p.Device, p.Inode))
            .Select(paths => paths.First() is var best && held.Pins.FirstOrDefault(k => k.Pin.IsSame(best)) is { } known && known.Pin.Hidden == best.Hidden && paths.Contains(known.Pin)
                ? known.Pin
                : best)
            .OrderBy(p => p.Path.Value, StringComparer.Ordinal),
    ];
}
