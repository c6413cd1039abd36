namespace XdpAudit.Core;

/// <summary>
/// A look with its lists in the order of the kernel's ids, each object once. What is decided then cannot depend on the order in which things
/// were read. A list that was interrupted and read again may name an object twice: the one that can only be the later counts.
/// </summary>
internal static class Ordered
{
    private static readonly Comparison<ObservedProgram> Programs = (a, b) => Then(a.Id.Value.CompareTo(b.Id.Value), a.LoadedNs.CompareTo(b.LoadedNs));

    private static readonly Comparison<ObservedLink> Links = (a, b) =>
        a.Id != b.Id ? a.Id.Value.CompareTo(b.Id.Value)
        : Then(a.Defunct.CompareTo(b.Defunct), a.ProgramId.Value.CompareTo(b.ProgramId.Value), Nullable.Compare(a.IfIndex?.Value, b.IfIndex?.Value), Text(a.Type, b.Type));

    private static readonly Comparison<ObservedMap> Maps = (a, b) => a.Id != b.Id ? a.Id.Value.CompareTo(b.Id.Value) : Text(a.Type, b.Type);

    private static readonly Comparison<ObservedMapElement> Elements = (a, b) =>
        Then(a.Map.Value.CompareTo(b.Map.Value), a.Index.CompareTo(b.Index), a.Program.Value.CompareTo(b.Program.Value));

    private static readonly Comparison<ObservedNamespace> Namespaces = (a, b) =>
        a.Cookie != b.Cookie ? a.Cookie.Value.CompareTo(b.Cookie.Value) : Then(a.Complete.CompareTo(b.Complete), Text(a.Name, b.Name), Text(a.Path, b.Path));

    private static readonly Comparison<ObservedInterface> Interfaces = (a, b) =>
        a.Netns != b.Netns ? a.Netns.Value.CompareTo(b.Netns.Value)
        : a.IfIndex != b.IfIndex ? a.IfIndex.Value.CompareTo(b.IfIndex.Value)
        : Then(a.Xdp.Count.CompareTo(b.Xdp.Count), Text(a.Name, b.Name));

    // Of the paths that lead to one pin, first the one that leads there for everybody: not covered, and in the auditor's own namespace.
    private static readonly Comparison<ObservedPin> Pins = (a, b) =>
        a.ObjectId != b.ObjectId ? Nullable.Compare(a.ObjectId, b.ObjectId)
        : Then(
            Text(a.Kind, b.Kind), a.Device.CompareTo(b.Device), a.Inode.CompareTo(b.Inode), a.Hidden.CompareTo(b.Hidden),
            (a.ReachedBy != a.Path.Value).CompareTo(b.ReachedBy != b.Path.Value), Text(a.Path.Value, b.Path.Value), Text(a.ReachedBy, b.ReachedBy));

    // A descriptor number that the method does not tell comes last.
    private static readonly Comparison<ObservedDescriptor> Descriptors = (a, b) =>
        a.ObjectId != b.ObjectId ? a.ObjectId.CompareTo(b.ObjectId)
        : Then(
            Text(a.Kind, b.Kind), a.Process.Pid.CompareTo(b.Process.Pid), Nullable.Compare(a.Process.StartTicks, b.Process.StartTicks),
            ((uint)a.Fd).CompareTo((uint)b.Fd), Nullable.Compare(a.Thread, b.Thread));

    internal static Observation Of(Observation seen) => seen with
    {
        Programs = Once(seen.Programs, Programs, (a, b) => a.Id == b.Id),
        Links = Once(seen.Links, Links, (a, b) => a.Id == b.Id),
        Maps = Once(seen.Maps, Maps, (a, b) => a.Id == b.Id),
        MapElements = Once(seen.MapElements, Elements, (a, b) => a == b),
        Namespaces = Once(seen.Namespaces, Namespaces, (a, b) => a.Cookie == b.Cookie),
        Interfaces = Once(seen.Interfaces, Interfaces, (a, b) => a.Netns == b.Netns && a.IfIndex == b.IfIndex),
        Pins = Once(seen.Pins, Pins, (_, _) => false),
        Descriptors = Once(seen.Descriptors, Descriptors, (_, _) => false),
    };

    private static IReadOnlyList<T> Once<T>(IReadOnlyList<T> list, Comparison<T> order, Func<T, T, bool> same)
    {
        var inOrder = true;
        for (var i = 1; i < list.Count && inOrder; i++)
        {
            inOrder = order(list[i - 1], list[i]) <= 0 && !same(list[i - 1], list[i]);
        }

        if (inOrder)
        {
            return list;
        }

        List<T> sorted = [.. list];
        sorted.Sort(order);
        return [.. sorted.Where((item, i) => i + 1 == sorted.Count || !same(item, sorted[i + 1]))];
    }

    private static int Text(string? a, string? b) => string.CompareOrdinal(a, b);

    private static int Then(params ReadOnlySpan<int> orders)
    {
        foreach (var order in orders)
        {
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }
}
