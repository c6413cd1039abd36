using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Webhook;

/// <summary>As much of a batch as goes into one request.</summary>
/// <param name="Events">How many.</param>
/// <param name="Id">The same for the same events, always.</param>
internal sealed record Piece(int Events, string Id, string ContentType, ReadOnlyMemory<byte> Body, IReadOnlyList<(string Name, string Value)> Headers)
{
    /// <summary>The front of what is left of a batch: at least one event, then as many as may be and as fit.</summary>
    internal static Piece Of(ReadOnlySpan<AuditEnvelope> rest, WebhookBody form, int most, int maxBytes) => form switch
    {
        WebhookBody.CloudEvents => One(rest[0], "application/cloudevents+json", CloudEvent.Structured(rest[0]), []),
        WebhookBody.CloudEventsBinary => One(rest[0], "application/json", CloudEvent.BinaryBody(rest[0]), [.. CloudEvent.BinaryHeaders(rest[0])]),
        WebhookBody.CloudEventsBatch => Many(rest, "application/cloudevents-batch+json", CloudEvent.Structured, most, maxBytes),
        WebhookBody.Ocsf => Many(rest, "application/json", OcsfEvent.Write, most, maxBytes),
        _ => Many(rest, "application/json", e => JsonSerializer.SerializeToUtf8Bytes(e, EnvelopeJson.Default.AuditEnvelope), most, maxBytes),
    };

    internal HttpRequestMessage Request(Uri url, SigningKey? key, DateTimeOffset now)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ReadOnlyMemoryContent(Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(ContentType, "utf-8");
        foreach (var (name, value) in Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (key is not null)
        {
            var seconds = now.ToUnixTimeSeconds();
            request.Headers.Add("webhook-id", Id);
            request.Headers.Add("webhook-timestamp", seconds.ToString(CultureInfo.InvariantCulture));
            request.Headers.Add("webhook-signature", key.Sign(Id, seconds, Body.Span));
        }

        return request;
    }

    private static Piece One(AuditEnvelope envelope, string type, byte[] body, IReadOnlyList<(string, string)> headers) => new(1, envelope.Id, type, body, headers);

    private static Piece Many(ReadOnlySpan<AuditEnvelope> rest, string type, Func<AuditEnvelope, byte[]> write, int most, int maxBytes)
    {
        var body = new ArrayBufferWriter<byte>();
        body.Write("["u8);
        var count = 0;
        for (; count < most && count < rest.Length; count++)
        {
            var bytes = write(rest[count]);
            if (count > 0 && body.WrittenCount + bytes.Length + 2 > maxBytes)
            {
                break;
            }

            body.Write(count > 0 ? ","u8 : []);
            body.Write(bytes);
        }

        body.Write("]"u8);
        var id = count == 1 ? rest[0].Id : string.Create(CultureInfo.InvariantCulture, $"{rest[0].Id}-{rest[count - 1].Entry.Position}");
        return new(count, id, type, body.WrittenMemory, []);
    }
}
