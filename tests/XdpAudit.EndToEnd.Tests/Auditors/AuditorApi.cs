using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace XdpAudit.EndToEnd.Tests;

/// <summary>The local API over its unix socket, as the command line client speaks it.</summary>
internal sealed class AuditorApi : IDisposable
{
    private readonly HttpClient _http;

    internal AuditorApi(string socket) => _http = new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellation) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation);
            return new NetworkStream(connection, ownsSocket: true);
        },
    })
    {
        BaseAddress = new("http://auditor"),
        Timeout = TimeSpan.FromSeconds(60),
    };

    internal T Get<T>(string route, JsonTypeInfo<T> type, params (string Name, string? Value)[] query) => Send(new(HttpMethod.Get, Uri(route, query)), type);

    /// <summary>Is there such a thing?</summary>
    internal bool Answers(string route, params (string Name, string? Value)[] query)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, Uri(route, query));
        using var answer = _http.Send(message, TestContext.Current.CancellationToken);
        return answer.StatusCode != System.Net.HttpStatusCode.NotFound && answer.EnsureSuccessStatusCode().IsSuccessStatusCode;
    }

    internal T Post<T>(string route, HttpContent? body, JsonTypeInfo<T> type) => Send(new(HttpMethod.Post, route) { Content = body }, type);

    /// <summary>Asks for an operation; what the auditor refuses or what fails is the problem.</summary>
    internal (OperationView? Done, Problem? Problem) Operate(OperationRequest request)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, Routes.Operations) { Content = JsonContent.Create(request, ApiJson.Default.OperationRequest) };
        using var answer = _http.Send(message, TestContext.Current.CancellationToken);
        using var body = answer.Content.ReadAsStream();
        return answer.IsSuccessStatusCode
            ? (JsonSerializer.Deserialize(body, ApiJson.Default.OperationView), null)
            : (null, JsonSerializer.Deserialize(body, ApiJson.Default.Problem));
    }

    /// <summary>The stream of server-sent events from here on; the caller reads lines and disposes it.</summary>
    internal (HttpResponseMessage Answer, StreamReader Lines) Follow(string route, params (string Name, string? Value)[] query)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, Uri(route, query));
        var answer = _http.Send(message, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return (answer, new(answer.EnsureSuccessStatusCode().Content.ReadAsStream()));
    }

    public void Dispose() => _http.Dispose();

    private T Send<T>(HttpRequestMessage message, JsonTypeInfo<T> type)
    {
        using (message)
        {
            using var answer = _http.Send(message, TestContext.Current.CancellationToken);
            using var body = new StreamReader(answer.Content.ReadAsStream());
            var text = body.ReadToEnd();
            return answer.IsSuccessStatusCode
                ? JsonSerializer.Deserialize(text, type)!
                : throw new InvalidOperationException($"{message.Method} {message.RequestUri} was answered with {(int)answer.StatusCode}: {text}");
        }
    }

    private static string Uri(string route, (string Name, string? Value)[] query)
    {
        var given = query.Where(q => q.Value is not null).Select(q => $"{q.Name}={System.Uri.EscapeDataString(q.Value!)}").ToList();
        return given.Count == 0 ? route : $"{route}?{string.Join('&', given)}";
    }
}
