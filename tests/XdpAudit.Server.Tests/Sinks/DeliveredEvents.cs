using System.Text.Json;
using XdpAudit.Sinks.Tests;

namespace XdpAudit.Server.Tests;

/// <summary>What sinks delivered, in the order in which it arrived: an event that came again is there again.</summary>
internal static class DeliveredEvents
{
    /// <summary>What was posted in the form <c>native</c>: arrays of envelopes.</summary>
    internal static IReadOnlyList<AuditEnvelope> Of(HttpReceiver receiver) =>
        [.. receiver.All.SelectMany(request => JsonDocument.Parse(request.Body).RootElement.EnumerateArray()).Select(Read)];

    /// <summary>Lines of a file. By cat, because the writer has the lock that .NET asks for; a line that is being written is none yet.</summary>
    internal static IReadOnlyList<AuditEnvelope> Of(string file) =>
        [.. Shell.Run("cat", file).Split('\n').SkipLast(1).Select(line => Read(JsonDocument.Parse(line).RootElement))];

    /// <summary>Every event of a journal is there for the first time in the order of the journal, without a gap, and says the same.</summary>
    internal static void AreThose(IReadOnlyList<HistoryEntry> journal, IEnumerable<AuditEnvelope> delivered, string name)
    {
        var first = delivered.Where(e => e.Entry.Journal == name).DistinctBy(e => e.Id).Take(journal.Count).ToList();

        Assert.NotEmpty(journal);
        Assert.Equal(Enumerable.Range(1, journal.Count).Select(i => (long)i), first.Select(e => e.Entry.Position));
        Assert.All(first, e => Assert.Equal($"{e.Host}/{name}/{e.Entry.Position}", e.Id));
        Assert.Equal(journal.Select(Written), first.Select(e => Written(e.Entry)));
    }

    private static AuditEnvelope Read(JsonElement envelope) => new()
    {
        Id = envelope.GetProperty("id").GetString()!,
        Host = new(envelope.GetProperty("host").GetString()!),
        Entry = envelope.GetProperty("entry").Deserialize(ApiJson.Default.HistoryEntry)!,
    };

    private static string Written(HistoryEntry entry) => JsonSerializer.Serialize(entry, ApiJson.Default.HistoryEntry);
}
