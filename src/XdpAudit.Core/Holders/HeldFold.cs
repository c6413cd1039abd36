namespace XdpAudit.Core;

/// <summary>Pins and holders are folded alike for programs, links and maps.</summary>
internal static class HeldFold
{
    /// <summary>Nearly every object has one holder or none, and a list is the smallest there.</summary>
    private const int Many = 16;

    internal static IReadOnlyList<HeldPin> With(this IReadOnlyList<HeldPin> pins, PinFacts pin, DateTimeOffset since) =>
        [.. pins.Without(pin), new HeldPin(pin, since)];

    internal static IReadOnlyList<HeldPin> Without(this IReadOnlyList<HeldPin> pins, PinFacts pin) =>
        [.. pins.Where(p => !p.Pin.IsSame(pin))];

    internal static T Hold<T>(T state, JournalEntry entry)
        where T : KernelObjectState => entry.Event switch
        {
            HolderAppeared e when state.Holders.Count < Many => state with { Holders = [.. Others(state, e.Holder), Held(e, entry)] },
            HolderAppeared e => state with { Holders = ManyHolders.Of(state.Holders).With(Held(e, entry)) },
            HolderGone e when state.Holders.Count < Many => state with { Holders = Others(state, e.Holder) },
            HolderGone e => state with { Holders = ManyHolders.Of(state.Holders).Without(e.Holder) },
            _ => state,
        };

    private static HeldBy Held(HolderAppeared appeared, JournalEntry entry) => new(appeared.Holder, entry.Event.Occurred.Latest());

    private static List<HeldBy> Others(KernelObjectState state, HolderFacts holder)
    {
        var gone = holder.Identity();
        return [.. state.Holders.Where(h => h.Holder.Identity() != gone)];
    }

    internal static EndView End(JournalEntry entry, string why) => new() { Occurred = entry.Event.Occurred, Why = why, Operation = entry.Event.Operation };
}
