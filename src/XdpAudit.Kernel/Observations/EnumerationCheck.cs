using XdpAudit.Abstractions;

namespace XdpAudit.Kernel;

/// <summary>Compares the iterators with the walk over ids.</summary>
internal static class EnumerationCheck
{
    /// <summary>One way of listing; null where it is not to be had, or was cut short.</summary>
    internal delegate HashSet<uint>? Listing();

    internal static IReadOnlyList<EnumerationDifference> Compare(BpfIterators? iterators) => Compare(
    [
        ("programs", () => ByIterator<ProgramRecord>(iterators, BpfIterators.Program, r => r.Id), () => ByWalk(BpfCalls.BPF_PROG_GET_NEXT_ID), id => IsThere(BpfCalls.BPF_PROG_GET_FD_BY_ID, id)),
        ("links", () => ByIterator<LinkRecord>(iterators, BpfIterators.Link, r => r.Id), () => ByWalk(BpfCalls.BPF_LINK_GET_NEXT_ID), id => IsThere(BpfCalls.BPF_LINK_GET_FD_BY_ID, id)),
        ("maps", () => ByIterator<MapRecord>(iterators, BpfIterators.Map, r => r.Id), () => ByWalk(BpfCalls.BPF_MAP_GET_NEXT_ID), id => IsThere(BpfCalls.BPF_MAP_GET_FD_BY_ID, id)),
    ]);

    /// <summary>The walk is made before and after the iterator is read: what came or went between is in one of both, and no difference.</summary>
    internal static IReadOnlyList<EnumerationDifference> Compare(IEnumerable<(string What, Listing Iterator, Listing Walk, Func<uint, bool> IsThere)> ways)
    {
        var differences = new List<EnumerationDifference>();
        foreach (var (what, iterator, walk, isThere) in ways)
        {
            if (walk() is { } before && iterator() is { } listed && walk() is { } after)
            {
                List<uint> onlyListed = [.. listed.Where(id => !before.Contains(id) && !after.Contains(id)).Order()];
                List<uint> onlyWalked = [.. before.Where(id => after.Contains(id) && !listed.Contains(id) && isThere(id)).Order()];
                if (onlyListed.Count + onlyWalked.Count > 0)
                {
                    differences.Add(new(what, onlyListed, onlyWalked));
                }
            }
        }

        return differences;
    }

    private static HashSet<uint>? ByIterator<TRecord>(BpfIterators? iterators, string name, Func<TRecord, uint> id)
        where TRecord : unmanaged
    {
        if (iterators?.Has(name) != true || !iterators.TryRead<TRecord>(name, out var records, out _))
        {
            return null;
        }

        var ids = new HashSet<uint>();
        foreach (var record in records)
        {
            ids.Add(id(record));
        }

        ids.Remove(0); // a link that is being made has no number yet in this list, and has one in the other
        return ids;
    }

    // A number is given before a link is made, and stays until a program is freed: neither can be opened.
    private static bool IsThere(int command, uint id)
    {
        using var opened = BpfObjects.TryOpen(command, id, out _);
        return opened is not null;
    }

    private static HashSet<uint>? ByWalk(int command)
    {
        var ids = new HashSet<uint>();
        var id = 0u;
        int errno;
        while (BpfObjects.TryNextId(command, ref id, out errno))
        {
            ids.Add(id);
        }

        return errno == Errno.ENOENT ? ids : null;
    }
}
