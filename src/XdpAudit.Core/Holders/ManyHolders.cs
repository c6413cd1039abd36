using System.Collections;
using System.Collections.Immutable;

namespace XdpAudit.Core;

/// <summary>
/// The holders of one object in the order in which they came, for objects with many: a map of thousands of elements holds its program by each of
/// them. One that comes or goes costs the logarithm of their number.
/// </summary>
internal sealed class ManyHolders : IReadOnlyList<HeldBy>
{
    private readonly ImmutableDictionary<HolderIdentity, long> _turns;
    private readonly ImmutableSortedDictionary<long, HeldBy> _byTurn;

    private ManyHolders(ImmutableDictionary<HolderIdentity, long> turns, ImmutableSortedDictionary<long, HeldBy> byTurn) => (_turns, _byTurn) = (turns, byTurn);

    public int Count => _byTurn.Count;

    public HeldBy this[int index] => _byTurn.Values.ElementAt(index);

    public IEnumerator<HeldBy> GetEnumerator() => _byTurn.Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static ManyHolders Of(IReadOnlyList<HeldBy> holders) => holders as ManyHolders ?? new(
        holders.Select((h, i) => KeyValuePair.Create(h.Holder.Identity(), (long)i)).ToImmutableDictionary(),
        holders.Select((h, i) => KeyValuePair.Create((long)i, h)).ToImmutableSortedDictionary());

    internal ManyHolders With(HeldBy holder)
    {
        var others = Without(holder.Holder);
        var turn = others.Count == 0 ? 0 : others._byTurn.Keys.Last() + 1;
        return new(others._turns.Add(holder.Holder.Identity(), turn), others._byTurn.Add(turn, holder));
    }

    internal ManyHolders Without(HolderFacts holder) =>
        _turns.TryGetValue(holder.Identity(), out var turn) ? new(_turns.Remove(holder.Identity()), _byTurn.Remove(turn)) : this;
}
