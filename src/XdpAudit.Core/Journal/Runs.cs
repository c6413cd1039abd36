namespace XdpAudit.Core;

/// <summary>
/// What pins or descriptors refer to, found by the object: a list of thousands is indexed at every look, so an object costs a number and
/// not a list of its own.
/// </summary>
internal sealed class Runs<T>
{
    private readonly IReadOnlyList<T> _list;
    private readonly Dictionary<ulong, (int Start, int Count)> _runs = [];

    /// <param name="list">In the order of ids and, within an id, of kinds.</param>
    /// <param name="of">The object an item refers to; no id for one that is not known.</param>
    internal Runs(IReadOnlyList<T> list, Func<T, (string Kind, uint? Id)> of)
    {
        _list = list;
        for (var start = 0; start < list.Count;)
        {
            var ((kind, id), end) = (of(list[start]), start + 1);
            while (end < list.Count && of(list[end]) == (kind, id))
            {
                end++;
            }

            if (id is { } known)
            {
                _runs[Number(kind, known)] = (start, end - start);
            }

            start = end;
        }
    }

    internal bool Any(string kind, uint id) => _runs.ContainsKey(Number(kind, id));

    internal IEnumerable<T> Of(string kind, uint id)
    {
        var (start, count) = _runs.GetValueOrDefault(Number(kind, id));
        for (var i = start; i < start + count; i++)
        {
            yield return _list[i];
        }
    }

    /// <summary>The only item of an object; null when there are more, or none.</summary>
    internal T? Only(string kind, uint id) => _runs.TryGetValue(Number(kind, id), out var run) && run.Count == 1 ? _list[run.Start] : default;

    private static ulong Number(string kind, uint id) => id | kind switch
    {
        ObjectKind.Program => 1UL << 32,
        ObjectKind.Link => 2UL << 32,
        ObjectKind.Map => 3UL << 32,
        _ => 0,
    };
}
