using System.Globalization;

namespace XdpAudit.Agent;

/// <summary>Finding its place again.</summary>
internal sealed partial class Delivery
{
    // A cursor is of one journal. When the database was made anew, the same position is another's, or there is none: delivering on from there would skip
    // what nobody has seen, in silence.
    private async Task ResumeAsync(CancellationToken end)
    {
        var (kept, damage) = _file.Read();
        List<string> remarks = damage is null ? [] : [$"its cursor could not be read ({damage}), so it began as a new sink does; what was recorded before that and not delivered does not go out"];
        var cursor = SinkCursor.None with { DeadLetters = kept.DeadLetters };
        foreach (var journal in _ports.Journals)
        {
            if (!kept.Journals.TryGetValue(journal.Name, out var place))
            {
                cursor = cursor.To(journal.Name, New(journal), 0);
            }
            else if (await IsOfAsync(journal, place, end))
            {
                cursor = cursor.To(journal.Name, place, 0);
            }
            else
            {
                var begun = New(journal);
                cursor = cursor.To(journal.Name, begun, 0);
                remarks.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"the {journal.Name} journal is another than the one it had delivered to position {place.Position} of (its end is {journal.End}): it began anew after position {begun.Position}"));
            }
        }

        foreach (var remark in remarks)
        {
            _ports.Logger.SinkBeganAnew(Id, remark);
        }

        lock (_lock)
        {
            _cursor = cursor;
            _status = _status with { Remark = remarks.Count > 0 ? string.Join("; ", remarks) : null };
        }

        // A sink that was told of nothing yet must be found where it began when we end before its first event.
        if (_file.Write(cursor) is { } why)
        {
            _ports.Logger.CursorNotKept(Id, why);
        }
    }

    private SinkPlace New(OutgoingJournal journal) => new(_ends?[journal.Name] ?? 0, null);

    private static async Task<bool> IsOfAsync(OutgoingJournal journal, SinkPlace place, CancellationToken end)
    {
        if (place.Position > journal.End)
        {
            return false;
        }

        return place.RecordedAt is not { } at || (await journal.PageAsync(place.Position - 1, 1, end)) is [var there] && there.Entry.Position == place.Position && there.Entry.RecordedAt == at;
    }
}
