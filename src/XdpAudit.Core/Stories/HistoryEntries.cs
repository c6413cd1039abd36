using System.Text.Json;

namespace XdpAudit.Core;

/// <summary>Journal entries in the words of the API.</summary>
public static class HistoryEntries
{
    private static readonly HashSet<string> Common = ["occurred", "known_by", "actor", "operation", "subjects"];

    /// <summary>An entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="journal"><c>host</c> or <c>server</c>.</param>
    public static HistoryEntry Of(JournalEntry entry, string journal) => new()
    {
        Journal = journal,
        Position = entry.Position,
        Event = EventNames.Of(entry.Event),
        OccurredAt = entry.Event.Occurred,
        RecordedAt = entry.RecordedAt,
        KnownBy = entry.Event.KnownBy,
        Actor = entry.Event.Actor,
        Operation = entry.Event.Operation,
        Subjects = entry.Event.Subjects,
        Sentence = Story.Tell(entry.Event),
        Data = OwnMembers(entry.Event),
    };

    private static JsonElement OwnMembers(JournalEvent fact)
    {
        using var whole = JsonDocument.Parse(EventJson.Write(fact));
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var member in whole.RootElement.EnumerateObject().Where(m => !Common.Contains(m.Name)))
            {
                member.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        using var own = JsonDocument.Parse(buffer.WrittenMemory);
        return own.RootElement.Clone();
    }
}
