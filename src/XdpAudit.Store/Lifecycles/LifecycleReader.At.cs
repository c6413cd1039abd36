namespace XdpAudit.Store;

/// <summary>What a journal tells at a position, now or then.</summary>
internal sealed partial class LifecycleReader
{
    private static async Task<JournalState> AtAsync(ReadSnapshot snapshot, string journal, long position, CancellationToken cancellation)
    {
        var at = Math.Min(position, await snapshot.PositionAsync(journal, cancellation));
        if (at <= 0)
        {
            return new(0, DateTimeOffset.MinValue, []);
        }

        var reached = await snapshot.ReachedAsync(journal, cancellation);
        var states = at < reached
            ? await ThenAsync(snapshot, journal, at, cancellation)
            : await NowAsync(snapshot, journal, reached, at, cancellation);
        return new(
            at,
            await snapshot.RecordedAtAsync(journal, at, cancellation),
            [.. states.Where(s => StateText.IsKnown(s.Value)).OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => new SubjectAt(s.Key, s.Value))]);
    }

    /// <summary>Beyond what the read models have reached: what they know, and the tail folded on top.</summary>
    private static async Task<Dictionary<string, SubjectState>> NowAsync(
        ReadSnapshot snapshot, string journal, long reached, long at, CancellationToken cancellation)
    {
        var states = (await snapshot.RowsAsync("l.journal = $1 and l.known", [journal], cancellation)).ToDictionary(r => r.Subject, r => r.State);
        await FoldTailAsync(snapshot, states, journal, reached, at, cancellation);
        return states;
    }

    /// <summary>
    /// In the past: what has not changed since is right as it is; what has is folded again, from its own events only. A subject that began
    /// later, or had ended and was forgotten before, is not even looked at.
    /// </summary>
    private static async Task<Dictionary<string, SubjectState>> ThenAsync(ReadSnapshot snapshot, string journal, long at, CancellationToken cancellation)
    {
        var states = (await snapshot.RowsAsync("l.journal = $1 and l.known and l.last_position <= $2", [journal, at], cancellation))
            .ToDictionary(r => r.Subject, r => r.State);
        var changed = (await snapshot.KeysAsync("l.journal = $1 and l.last_position > $2 and l.first_position <= $2", [journal, at], cancellation)).ToHashSet();
        await foreach (var entry in snapshot.IndexedAsync([.. changed.Select(SubjectIndex.Hash)], journal, 0, at, cancellation))
        {
            Fold(states, entry, changed.Contains);
        }

        return states;
    }

    /// <summary>Folds the entries between two positions into states; subjects that are not there are looked up first.</summary>
    private static async Task FoldTailAsync(
        ReadSnapshot snapshot, Dictionary<string, SubjectState> states, string journal, long after, long upTo, CancellationToken cancellation)
    {
        var asked = new HashSet<string>();
        await foreach (var page in snapshot.PagesAsync(journal, after, upTo, cancellation))
        {
            var unknown = page.SelectMany(e => e.Event.Subjects).Where(s => !states.ContainsKey(s) && asked.Add(s)).Distinct().ToArray();
            if (unknown.Length > 0)
            {
                foreach (var row in await snapshot.RowsAsync("l.id = any($1)", [unknown], cancellation))
                {
                    states[row.Subject] = row.State;
                }
            }

            foreach (var entry in page)
            {
                Fold(states, entry, _ => true);
            }
        }
    }

    private static void Fold(Dictionary<string, SubjectState> states, JournalEntry entry, Func<string, bool> wanted)
    {
        foreach (var subject in entry.Event.Subjects.Distinct().Where(wanted))
        {
            if (Subjects.Fold(states.GetValueOrDefault(subject), subject, entry) is { } state)
            {
                states[subject] = state;
            }
        }
    }
}
