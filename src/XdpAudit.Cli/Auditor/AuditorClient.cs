using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary>Asks the auditor. What it refuses and what keeps it from being reached ends the command with <see cref="CliFailure"/>.</summary>
internal sealed class AuditorClient(Endpoint endpoint, Surroundings around) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient http = new(Handler(endpoint)) { BaseAddress = endpoint.Base, Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Where it is.</summary>
    internal Endpoint Endpoint => endpoint;

    /// <summary>Reads one answer; the auditor has 30 seconds for it.</summary>
    internal async Task<JsonElement> GetAsync(string route, CancellationToken cancelled)
    {
        using var patience = new CancellationTokenSource(Patience, around.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancelled, patience.Token);
        try
        {
            using var request = Request(HttpMethod.Get, route);
            return await AnswerAsync(request, either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancelled.IsCancellationRequested)
        {
            throw new CliFailure(LocalProblem.NoAnswer(endpoint.Name, Patience));
        }
    }

    /// <summary>Sends a body, or none; waits as long as it takes, for an operation must not be given up half way.</summary>
    internal async Task<JsonElement> PostAsync<T>(string route, T? body, JsonTypeInfo<T> type, CancellationToken cancelled)
        where T : class
    {
        using var request = Request(HttpMethod.Post, route);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, type));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        return await AnswerAsync(request, cancelled);
    }

    /// <summary>Server-sent events, until the auditor ends the stream.</summary>
    internal async IAsyncEnumerable<SseItem<string>> StreamAsync(
        string route, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancelled)
    {
        using var request = Request(HttpMethod.Get, route);
        using var response = await SendAsync(request, cancelled);
        await using var stream = await response.Content.ReadAsStreamAsync(cancelled);
        var items = SseParser.Create(stream).EnumerateAsync(cancelled).GetAsyncEnumerator(cancelled);
        await using var _ = items;
        while (await NextAsync(items))
        {
            yield return items.Current;
        }
    }

    /// <summary>Reads an answer's members; ones this version does not know are passed over.</summary>
    internal T Read<T>(JsonElement json, JsonTypeInfo<T> type)
    {
        try
        {
            return json.Deserialize(type) ?? throw new JsonException("it is null");
        }
        catch (Exception e) when (e is JsonException or FormatException or OverflowException)
        {
            throw new CliFailure(LocalProblem.NotAnAuditor(endpoint.Name, e.Message));
        }
    }

    /// <summary>Reads JSON text.</summary>
    internal JsonElement Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new CliFailure(LocalProblem.NotAnAuditor(endpoint.Name, e.Message));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private async Task<JsonElement> AnswerAsync(HttpRequestMessage request, CancellationToken cancelled)
    {
        using var response = await SendAsync(request, cancelled);
        return Parse(await BodyAsync(response, cancelled));
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancelled)
    {
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancelled);
        }
        catch (HttpRequestException e)
        {
            throw new CliFailure(ConnectionFailure.Explain(endpoint, e, around));
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw new CliFailure(await ProblemAsync(response, cancelled));
        }
    }

    private async Task<Problem> ProblemAsync(HttpResponseMessage response, CancellationToken cancelled)
    {
        try
        {
            return JsonSerializer.Deserialize(await BodyAsync(response, cancelled), ApiJson.Default.Problem)
                ?? LocalProblem.Refusal(endpoint.Name, (int)response.StatusCode);
        }
        catch (JsonException)
        {
            return LocalProblem.Refusal(endpoint.Name, (int)response.StatusCode);
        }
    }

    private async Task<byte[]> BodyAsync(HttpResponseMessage response, CancellationToken cancelled)
    {
        try
        {
            return await response.Content.ReadAsByteArrayAsync(cancelled);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new CliFailure(LocalProblem.Lost(endpoint.Name));
        }
    }

    private async Task<bool> NextAsync(IAsyncEnumerator<SseItem<string>> items)
    {
        try
        {
            return await items.MoveNextAsync();
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new CliFailure(LocalProblem.Lost(endpoint.Name));
        }
    }

    private static HttpRequestMessage Request(HttpMethod method, string route) => new(method, route.TrimStart('/'));

    private static SocketsHttpHandler Handler(Endpoint endpoint)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, AutomaticDecompression = DecompressionMethods.None };
        if (endpoint.Socket is { } path)
        {
            handler.ConnectCallback = async (_, cancelled) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancelled);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            };
        }

        return handler;
    }
}
