using System.Globalization;
using System.Text;
using System.Text.Json;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary>Reads one journal page by page, then from the live stream, each event once and in order.</summary>
internal sealed class EventSource(Session session, string journal, string? program, Moment? since)
{
    private const int PageSize = 500;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    // A filter leaves holes of its own, so only a whole journal can be watched for them.
    private readonly JournalOrder? order = program is null ? new() : null;
    private long? after = since is Moment.Position p ? Math.Max(0, p.Number - 1) : null;

    /// <summary>An event as it came, and as read.</summary>
    internal readonly record struct Entry(JsonElement Json, HistoryEntry Value);

    /// <summary>All that is recorded, oldest first.</summary>
    internal async IAsyncEnumerable<Entry> RecordedAsync()
    {
        var from = since is Moment.Time time ? time.Query : null;
        while (true)
        {
            var route = Route.With(
                Routes.Events, ("since", from), ("program", program), ("after", Number(after)), ("limit", Number(PageSize)), ("journal", journal));
            var page = await session.Auditor.GetAsync(route, session.Cancelled);
            var entries = session.Auditor.Read(page, ApiJson.Default.IReadOnlyListHistoryEntry);
            var before = after;
            for (var i = 0; i < entries.Count; i++)
            {
                if (Take(entries[i]))
                {
                    yield return new(page[i], entries[i]);
                }
            }

            // A page without anything new would be asked for again for ever.
            if (entries.Count < PageSize || after == before)
            {
                yield break;
            }
        }
    }

    /// <summary>
    /// What comes from now on; ends only by being cancelled or by an error. A connection that is lost, as when the auditor is restarted, is
    /// taken up again where it broke; when that does not succeed within ten seconds the last error ends the command.
    /// </summary>
    internal async IAsyncEnumerable<Entry> ComingAsync()
    {
        var (pause, lost, begun) = (FirstPause, TimeSpan.Zero, false);
        while (true)
        {
            var route = Route.With(Routes.EventStream, ("after", Number(after)), ("program", program), ("journal", journal));
            await using var items = session.Auditor.StreamAsync(route, session.Cancelled).GetAsyncEnumerator(session.Cancelled);
            while (true)
            {
                try
                {
                    if (!await items.MoveNextAsync())
                    {
                        break;
                    }
                }
                catch (CliFailure failure) when (failure.Exit == ExitCode.NotReachable && begun && lost < Longest)
                {
                    break;
                }

                (pause, lost, begun) = (FirstPause, TimeSpan.Zero, true);
                var item = items.Current;
                if (item.EventType == "hello" && after is null && Position(item.Data) is { } position)
                {
                    after = position;
                    order?.Begin(journal, position);
                }
                else if (item.EventType == "event")
                {
                    var json = session.Auditor.Parse(Encoding.UTF8.GetBytes(item.Data));
                    var entry = session.Auditor.Read(json, ApiJson.Default.HistoryEntry);
                    if (Take(entry))
                    {
                        yield return new(json, entry);
                    }
                }
            }

            if (!begun)
            {
                throw new CliFailure(LocalProblem.Lost(session.Auditor.Endpoint.Name));
            }

            if (session.Around.ErrorIsTerminal)
            {
                session.Say("the connection to the auditor was lost, trying again");
                session.Around.Error.Flush();
            }

            await Task.Delay(pause, session.Around.Time, session.Cancelled); // an auditor that is not there does not say when it is back
            lost += pause;
            pause = 2 * pause;
        }
    }

    private bool Take(HistoryEntry entry)
    {
        if (order is not null && !order.IsNew(entry))
        {
            return false;
        }

        after = Math.Max(after ?? 0, entry.Position);
        return true;
    }

    // The position alone, or a document with it.
    private long? Position(string data)
    {
        var json = session.Auditor.Parse(Encoding.UTF8.GetBytes(data));
        var number = json.ValueKind == JsonValueKind.Object && json.TryGetProperty("position", out var member) ? member : json;
        return number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out var position) ? position : null;
    }

    private static string? Number(long? number) => number?.ToString(CultureInfo.InvariantCulture);
}
