using System.Net;
using System.Text.Json;
using XdpAudit.Conformance;
using XdpAudit.ConformanceTests;
using XdpAudit.Plugins.Webhook;

namespace XdpAudit.Sinks.Tests;

/// <summary>The contract over HTTP, in each of the forms that are posted.</summary>
public abstract class WebhookContractTests(WebhookBody form) : SinkConformanceTests
{
    protected override ISinkReceiver Build() => new Receiver(form);

    private sealed class Receiver(WebhookBody form) : ISinkReceiver
    {
        private readonly HttpReceiver _http = new();
        private ISink? _sink;

        public ISink Sink => _sink!;

        public async Task ComeAsync()
        {
            await _http.ComeAsync();
            _sink ??= new WebhookSink(new() { Url = _http.Url, Body = form, MaxBatch = 10 }, TimeProvider.System);
        }

        public Task GoAsync() => _http.GoAsync();

        public Task<IReadOnlyList<string>> IdsAsync(int count) => Task.FromResult<IReadOnlyList<string>>([.. _http.All.SelectMany(Ids)]);

        private IEnumerable<string> Ids(Arrived arrived)
        {
            using var body = JsonDocument.Parse(arrived.Body);
            return form switch
            {
                WebhookBody.CloudEvents => [body.RootElement.GetProperty("id").GetString()!],
                WebhookBody.CloudEventsBinary => [WebUtility.UrlDecode(arrived.Headers["ce-id"])],
                WebhookBody.Ocsf => [.. body.RootElement.EnumerateArray().Select(e => e.GetProperty("metadata").GetProperty("uid").GetString()!)],
                _ => [.. body.RootElement.EnumerateArray().Select(e => e.GetProperty("id").GetString()!)],
            };
        }

        public ValueTask DisposeAsync() => _http.DisposeAsync();
    }
}

public sealed class WebhookCloudEventsBatchContractTests() : WebhookContractTests(WebhookBody.CloudEventsBatch);

public sealed class WebhookCloudEventsContractTests() : WebhookContractTests(WebhookBody.CloudEvents);

public sealed class WebhookCloudEventsBinaryContractTests() : WebhookContractTests(WebhookBody.CloudEventsBinary);

public sealed class WebhookOcsfContractTests() : WebhookContractTests(WebhookBody.Ocsf);

public sealed class WebhookNativeContractTests() : WebhookContractTests(WebhookBody.Native);
