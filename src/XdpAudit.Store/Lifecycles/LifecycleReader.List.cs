using System.Globalization;

namespace XdpAudit.Store;

/// <summary>Subjects of one kind, page by page, in the order in which they began.</summary>
internal sealed partial class LifecycleReader
{
    public Task<SubjectPage> ListAsync(string journal, string kind, bool includeEnded, SubjectFilter? only, string? from, int limit, CancellationToken cancellation) =>
        AskAsync(journal, async snapshot =>
        {
            var (after, afterSubject) = Cursor(from);
            var tail = await TailStatesAsync(snapshot, journal, kind, cancellation);
            var (narrowed, by) = Condition(only);
            var rows = await snapshot.RowsAsync(
                $"""
                l.journal = $1 and l.kind = $2 and ($3 or l.known or l.id = any($4)) and (l.first_position, l.id collate "C") > ($5, $6)
                {narrowed} order by l.first_position, l.id collate "C" limit $7
                """,
                [journal, kind, includeEnded, tail.Keys.ToArray(), after, afterSubject, limit + 1, .. by],
                cancellation);
            var known = rows.Select(r => r.Subject).ToHashSet();
            var begun = tail.Where(t => !t.Value.HasRow && !known.Contains(t.Key)).Select(t => new LifecycleRow(t.Key, journal, t.Value.FirstPosition, t.Value.State));
            var all = rows
                .Select(r => tail.TryGetValue(r.Subject, out var newer) ? r with { State = newer.State } : r)
                .Concat(rows.Count > limit ? [] : begun)
                .Where(r => r.FirstPosition > after || (r.FirstPosition == after && string.CompareOrdinal(r.Subject, afterSubject) > 0))
                .OrderBy(r => r.FirstPosition).ThenBy(r => r.Subject, StringComparer.Ordinal)
                .ToList();
            var page = all.Take(limit).ToList();
            return new SubjectPage(
                [.. page.Where(r => includeEnded || StateText.IsKnown(r.State)).Select(r => new SubjectAt(r.Subject, r.State))],
                all.Count > limit ? $"{page[^1].FirstPosition.ToString(CultureInfo.InvariantCulture)} {page[^1].Subject}" : null);
        }, cancellation);

    /// <summary>Of what the tail tells nothing is left out: it may have become what is asked for.</summary>
    private static (string Sql, object[] Values) Condition(SubjectFilter? only)
    {
        List<(string Sql, object Value)> all = [];
        if (only?.KernelId is { } id)
        {
            all.Add((Lifecycle.KernelIdSql + " = {0}", id.ToString(CultureInfo.InvariantCulture)));
        }

        if (only?.KeyPart is { } part)
        {
            all.Add(("strpos(l.id, {0}) > 0", part));
        }

        if (only?.Word is { } word)
        {
            all.Add(("strpos(l.data ->> 'StateJson', {0}) > 0", StateText.Write(word)));
        }

        const int given = 7;
        var sql = string.Join(" and ", all.Select((c, i) => string.Format(CultureInfo.InvariantCulture, c.Sql, $"${given + 1 + i}")));
        return (sql.Length > 0 ? $"and (l.id = any($4) or {sql})" : "", [.. all.Select(c => c.Value)]);
    }

    private sealed record TailState(SubjectState State, long FirstPosition, bool HasRow);

    /// <summary>Subjects of a kind that the tail speaks of, as they are at its end.</summary>
    private static async Task<Dictionary<string, TailState>> TailStatesAsync(ReadSnapshot snapshot, string journal, string kind, CancellationToken cancellation)
    {
        var states = new Dictionary<string, SubjectState>();
        var reached = await snapshot.ReachedAsync(journal, cancellation);
        await FoldTailAsync(snapshot, states, journal, reached, long.MaxValue, cancellation);
        var mine = states.Where(s => s.Key.StartsWith(kind + "/", StringComparison.Ordinal)).ToDictionary();
        var rows = (await snapshot.KeysAsync("l.id = any($1)", [mine.Keys.ToArray()], cancellation)).ToHashSet();
        return mine.ToDictionary(s => s.Key, s => new TailState(s.Value, s.Value.FirstPosition, rows.Contains(s.Key)));
    }

    private static (long After, string Subject) Cursor(string? from)
    {
        var space = from?.IndexOf(' ', StringComparison.Ordinal) ?? -1;
        return from is null
            ? (0, "")
            : space > 0 && long.TryParse(from.AsSpan(0, space), NumberStyles.None, CultureInfo.InvariantCulture, out var after)
                ? (after, from[(space + 1)..])
                : throw new ArgumentException($"'{from}' is no place in a list: pass on what the page before said", nameof(from));
    }
}
