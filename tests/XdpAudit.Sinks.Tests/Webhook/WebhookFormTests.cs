using System.Text.Json;
using XdpAudit.Plugins.Webhook;

namespace XdpAudit.Sinks.Tests;

public sealed class WebhookFormTests
{
    [Fact]
    public async Task A_batch_of_cloud_events_is_an_array_of_them()
    {
        var (arrived, body) = await PostedAsync(WebhookBody.CloudEventsBatch, A.Batch(17, 2));

        Assert.Equal("application/cloudevents-batch+json; charset=utf-8", arrived.Headers["content-type"]);
        Assert.Equal(2, body.GetArrayLength());
        IsTheCloudEvent(body[0]);
    }

    [Fact]
    public async Task A_structured_cloud_event_is_a_request_of_its_own()
    {
        var (arrived, body) = await PostedAsync(WebhookBody.CloudEvents, A.Batch(17, 1));

        Assert.Equal("application/cloudevents+json; charset=utf-8", arrived.Headers["content-type"]);
        IsTheCloudEvent(body);
    }

    [Fact]
    public async Task A_binary_cloud_event_has_its_attributes_in_headers_and_the_event_as_body()
    {
        var hostile = A.Envelope(17);
        hostile = hostile with { Entry = hostile.Entry with { Subjects = ["interface/\"é%\r\nX-Evil: 1"] } };

        var (arrived, body) = await PostedAsync(WebhookBody.CloudEventsBinary, [hostile]);

        Assert.Equal("1.0", arrived.Headers["ce-specversion"]);
        Assert.Equal(hostile.Id, arrived.Headers["ce-id"]);
        Assert.Equal($"xdpaudit://{A.Host}/host", arrived.Headers["ce-source"]);
        Assert.Equal("xdpaudit.program_loaded", arrived.Headers["ce-type"]);
        Assert.Equal("interface/%22%C3%A9%25%0D%0AX-Evil:%201", arrived.Headers["ce-subject"]);
        Assert.Equal("2026-03-01T03:12:00.1230000Z", arrived.Headers["ce-time"]);
        Assert.False(arrived.Headers.ContainsKey("X-Evil"));
        Assert.Equal(17, body.GetProperty("position").GetInt64());
    }

    [Fact]
    public async Task An_ocsf_event_is_an_api_activity_with_the_whole_event_in_it()
    {
        var (_, body) = await PostedAsync(WebhookBody.Ocsf, [A.Envelope(17)]);
        var ocsf = body[0];

        Assert.Equal((6, 6003, 1, 600301, 1), (Int(ocsf, "category_uid"), Int(ocsf, "class_uid"), Int(ocsf, "activity_id"), Int(ocsf, "type_uid"), Int(ocsf, "severity_id")));
        Assert.Equal(A.Moment.ToUnixTimeMilliseconds(), ocsf.GetProperty("time").GetInt64());
        Assert.Equal("program 17 'pass' was loaded by alice", Text(ocsf, "message"));
        Assert.Equal(A.Envelope(17).Id, Text(ocsf.GetProperty("metadata"), "uid"));
        Assert.Equal("1.3.0", Text(ocsf.GetProperty("metadata"), "version"));
        Assert.Equal("program_loaded", Text(ocsf.GetProperty("api"), "operation"));
        Assert.Equal(4242, Int(ocsf.GetProperty("actor").GetProperty("process"), "pid"));
        Assert.Equal("1000", Text(ocsf.GetProperty("actor").GetProperty("user"), "uid"));
        Assert.Equal(A.Host, Text(ocsf.GetProperty("src_endpoint"), "uid"));
        Assert.Equal("program", Text(ocsf.GetProperty("resources")[0], "type"));
        Assert.Equal(17, ocsf.GetProperty("unmapped").GetProperty("position").GetInt64());
    }

    [Theory]
    [InlineData("program_unloaded", 4, 1)]
    [InlineData("link_program_replaced", 3, 1)]
    [InlineData("attachment_replaced", 3, 3)]
    [InlineData("operation_contradicted", 99, 4)]
    [InlineData("finding_opened", 1, 4)]
    [InlineData("gap_opened", 1, 3)]
    public async Task The_name_of_an_event_tells_what_ocsf_calls_it(string name, int activity, int severity)
    {
        var (_, body) = await PostedAsync(WebhookBody.Ocsf, [A.Envelope(1, name, data: "{\"severity\":\"high\"}")]);

        Assert.Equal((activity, 600300 + activity, severity), (Int(body[0], "activity_id"), Int(body[0], "type_uid"), Int(body[0], "severity_id")));
    }

    [Fact]
    public async Task A_native_body_is_the_envelopes_as_they_are()
    {
        var (arrived, body) = await PostedAsync(WebhookBody.Native, A.Batch(17, 2));

        Assert.Equal("application/json; charset=utf-8", arrived.Headers["content-type"]);
        Assert.Equal([A.Envelope(17).Id, A.Envelope(18).Id], body.EnumerateArray().Select(e => Text(e, "id")));
        Assert.Equal(18, body[1].GetProperty("entry").GetProperty("position").GetInt64());
    }

    [Fact]
    public async Task Of_an_interval_its_end_is_the_time()
    {
        var between = A.Envelope(1);
        between = between with { Entry = between.Entry with { OccurredAt = Occurrence.Between(A.Moment, A.Moment.AddSeconds(5)) } };

        var (_, body) = await PostedAsync(WebhookBody.CloudEvents, [between]);

        Assert.Equal(A.Moment.AddSeconds(5), body.GetProperty("time").GetDateTimeOffset());
    }

    [Fact]
    public async Task A_batch_of_many_bytes_is_posted_in_pieces_and_one_event_alone_may_be_larger()
    {
        await using var receiver = await HttpReceiver.StartAsync();
        await using var sink = new WebhookSink(new() { Url = receiver.Url, Body = WebhookBody.Native, MaxBytes = 2048 }, TimeProvider.System);

        var outcome = await sink.DeliverAsync([A.Envelope(1), A.Hostile(2), .. A.Batch(3, 6)], TestContext.Current.CancellationToken);

        Assert.Equal((8, null), (outcome.Accepted, outcome.Trouble));
        Assert.Equal([1, 1, 3, 3], receiver.All.Select(a => JsonDocument.Parse(a.Body).RootElement.GetArrayLength()));
        Assert.All(receiver.All.Where((_, i) => i != 1), a => Assert.InRange(a.Body.Length, 1, 2048));
    }

    private static void IsTheCloudEvent(JsonElement cloud)
    {
        Assert.Equal("1.0", Text(cloud, "specversion"));
        Assert.Equal(A.Envelope(17).Id, Text(cloud, "id"));
        Assert.Equal($"xdpaudit://{A.Host}/host", Text(cloud, "source"));
        Assert.Equal("xdpaudit.program_loaded", Text(cloud, "type"));
        Assert.Equal($"program/{A.Host}/boot/17/1", Text(cloud, "subject"));
        Assert.Equal(A.Moment, cloud.GetProperty("time").GetDateTimeOffset());
        Assert.Equal("00000000000000000017", Text(cloud, "sequence"));
        Assert.Equal("application/json", Text(cloud, "datacontenttype"));
        Assert.Equal("program_loaded", Text(cloud.GetProperty("data"), "event"));

        // CloudEvents 1.0, naming conventions: attributes are of lower-case letters and digits.
        Assert.All(cloud.EnumerateObject(), m => Assert.Matches("^[a-z0-9]{1,20}$", m.Name));
    }

    private static async Task<(Arrived Arrived, JsonElement Body)> PostedAsync(WebhookBody form, IReadOnlyList<AuditEnvelope> batch)
    {
        await using var receiver = await HttpReceiver.StartAsync();
        await using var sink = new WebhookSink(new() { Url = receiver.Url, Body = form }, TimeProvider.System);
        var outcome = await sink.DeliverAsync(batch, TestContext.Current.CancellationToken);
        Assert.Equal((batch.Count, null), (outcome.Accepted, outcome.Trouble));
        return (receiver.Only, JsonDocument.Parse(receiver.Only.Body).RootElement);
    }

    private static int Int(JsonElement of, string member) => of.GetProperty(member).GetInt32();

    private static string Text(JsonElement of, string member) => of.GetProperty(member).GetString()!;
}
