using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Webhook;

/// <summary>
/// An event as CloudEvents 1.0 has it (github.com/cloudevents/spec). What it calls integers ends at 2^31, so the position is text in its documented
/// extension <c>sequence</c>, with zeros before it, so that the order of the text is the order of the journal.
/// </summary>
internal sealed record CloudEvent
{
    [JsonPropertyName("specversion")]
    public string SpecVersion { get; init; } = "1.0";

    public required string Id { get; init; }

    public required string Source { get; init; }

    public required string Type { get; init; }

    public string? Subject { get; init; }

    public required DateTimeOffset Time { get; init; }

    [JsonPropertyName("recordedtime")]
    public required DateTimeOffset RecordedTime { get; init; }

    public required string Sequence { get; init; }

    [JsonPropertyName("datacontenttype")]
    public string DataContentType { get; init; } = "application/json";

    public required HistoryEntry Data { get; init; }

    internal static CloudEvent Of(AuditEnvelope envelope) => new()
    {
        Id = envelope.Id,
        Source = $"xdpaudit://{envelope.Host}/{envelope.Entry.Journal}",
        Type = $"xdpaudit.{envelope.Entry.Event}",
        Subject = envelope.Entry.Subjects.Count > 0 ? envelope.Entry.Subjects[0] : null,
        Time = Moment(envelope.Entry),
        RecordedTime = envelope.Entry.RecordedAt,
        Sequence = envelope.Entry.Position.ToString("d20", CultureInfo.InvariantCulture),
        Data = envelope.Entry,
    };

    /// <summary>When it happened; of an interval, its end; where nothing is known of it, when it was recorded.</summary>
    internal static DateTimeOffset Moment(HistoryEntry entry) => entry.OccurredAt.At ?? entry.OccurredAt.NotLaterThan ?? entry.RecordedAt;

    internal static byte[] Structured(AuditEnvelope envelope) => JsonSerializer.SerializeToUtf8Bytes(Of(envelope), WebhookJson.Default.CloudEvent);

    internal static byte[] BinaryBody(AuditEnvelope envelope) => JsonSerializer.SerializeToUtf8Bytes(envelope.Entry, WebhookJson.Default.HistoryEntry);

    internal static IEnumerable<(string Name, string Value)> BinaryHeaders(AuditEnvelope envelope)
    {
        var cloud = Of(envelope);
        (string, string?)[] attributes =
        [
            ("ce-specversion", cloud.SpecVersion), ("ce-id", cloud.Id), ("ce-source", cloud.Source), ("ce-type", cloud.Type), ("ce-subject", cloud.Subject),
            ("ce-time", Rfc3339(cloud.Time)), ("ce-recordedtime", Rfc3339(cloud.RecordedTime)), ("ce-sequence", cloud.Sequence),
        ];
        return from a in attributes where a.Item2 is not null select (a.Item1, Percent(a.Item2!));
    }

    private static string Rfc3339(DateTimeOffset moment) => moment.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    // HTTP protocol binding, 3.1.3.2: everything but printable ASCII, and space, quote and percent of that.
    private static string Percent(string text) =>
        string.Concat(Encoding.UTF8.GetBytes(text).Select(b => b is > 0x20 and < 0x7f and not (byte)'"' and not (byte)'%' ? $"{(char)b}" : $"%{b:X2}"));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CloudEvent))]
[JsonSerializable(typeof(HistoryEntry))]
[JsonSerializable(typeof(OcsfEvent))]
internal sealed partial class WebhookJson : JsonSerializerContext;
