namespace XdpAudit.Core.Tests;

/// <summary>The same look with all its lists in another order, told by a number.</summary>
internal static class Shuffled
{
    internal static Observation Of(Observation seen, int seed)
    {
        var order = new Random(seed);
        return seen with
        {
            Programs = [.. Any(seen.Programs).Select(p => p with { MapIds = Any(p.MapIds) })],
            Links = Any(seen.Links),
            Maps = Any(seen.Maps),
            MapElements = Any(seen.MapElements),
            Namespaces = Any(seen.Namespaces),
            Interfaces = [.. Any(seen.Interfaces).Select(i => i with { Xdp = Any(i.Xdp) })],
            Pins = Any(seen.Pins),
            Descriptors = Any(seen.Descriptors),
        };

        T[] Any<T>(IReadOnlyList<T> list)
        {
            T[] shuffled = [.. list];
            order.Shuffle(shuffled);
            return shuffled;
        }
    }
}
