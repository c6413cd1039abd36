using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace XdpAudit.Server;

/// <summary>The journals over the API: by the page, and as they grow.</summary>
internal static class EventEndpoints
{
    private const int LargestPage = 500;
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    internal static void Map(WebApplication web, Auditor auditor, Past past, TimeProvider time)
    {
        web.MapGet(Routes.Events, async (string? since, string? program, long? after, int? limit, string? journal, CancellationToken cancellation) =>
        {
            var subject = await SubjectAsync(past, program, cancellation);
            DateTimeOffset? from = since is null ? null : Past.Time(since);
            return await PageAsync(past, Journal(journal), after ?? 0, from, subject, Math.Clamp(limit ?? 100, 1, LargestPage), cancellation);
        });
        web.MapGet(Routes.EventStream, async (long? after, string? program, string? journal, CancellationToken cancellation) =>
        {
            var subject = await SubjectAsync(past, program, cancellation);
            return TypedResults.ServerSentEvents(FollowAsync(auditor, past, Journal(journal), after, subject, time, cancellation));
        });
    }

    // Listening begins before reading, so that nothing falls between; what was read already is left out of what is heard.
    private static async IAsyncEnumerable<SseItem<string>> FollowAsync(
        Auditor auditor, Past past, string journal, long? after, string? subject, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var listener = auditor.Feed.Listen();
        var last = after ?? (journal == "host" ? auditor.Known.Position : auditor.ServerPosition);
        yield return new(last.ToString(System.Globalization.CultureInfo.InvariantCulture), "hello");
        if (after is not null)
        {
            for (var page = await PageAsync(past, journal, last, null, subject, LargestPage, cancellation); page.Count > 0;
                page = await PageAsync(past, journal, last, null, subject, LargestPage, cancellation))
            {
                foreach (var entry in page)
                {
                    last = entry.Position;
                    yield return Item(entry);
                }
            }
        }

        while (true)
        {
            var more = listener.Entries.WaitToReadAsync(cancellation).AsTask();
            if (await Task.WhenAny(more, Task.Delay(Heartbeat, time, cancellation)) != more) // a quiet stream must be told from a dead one
            {
                yield return new("", "heartbeat");
            }

            if (!await more)
            {
                yield break;
            }

            while (listener.Entries.TryRead(out var entry))
            {
                if (entry.Journal == journal && entry.Position > last && (subject is null || entry.Subjects.Contains(subject)))
                {
                    last = entry.Position;
                    yield return Item(entry);
                }
            }
        }
    }

    private static SseItem<string> Item(HistoryEntry entry) => new(JsonSerializer.Serialize(entry, ApiJson.Default.HistoryEntry), "event")
    {
        EventId = entry.Position.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    private static string Journal(string? name) => name switch
    {
        null or "host" => "host",
        "server" => "server",
        _ => throw Refusals.Usage($"there is no journal '{name}'", "use host or server"),
    };

    private static async Task<string?> SubjectAsync(Past past, string? program, CancellationToken cancellation) =>
        program is null ? null : (await ProgramEndpoints.SelectAsync(past, program, null, cancellation)).Facts.Key.Value;

    private static async Task<IReadOnlyList<HistoryEntry>> PageAsync(
        Past past, string journal, long after, DateTimeOffset? since, string? subject, int limit, CancellationToken cancellation) =>
        [.. (await past.Reader.PageAsync(journal == "server" ? past.ServerJournal : past.HostJournal, after, since, subject, limit, cancellation)).Select(e => HistoryEntries.Of(e, journal))];
}
