using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace XdpAudit.Server.Tests;

/// <summary>The local API over its unix socket.</summary>
internal sealed class Api : IDisposable
{
    internal Api(string socket) => Http = new(new SocketsHttpHandler
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

    internal HttpClient Http { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    internal async Task<T> GetAsync<T>(string route, JsonTypeInfo<T> type)
    {
        using var answer = await Http.GetAsync(new Uri(route, UriKind.Relative), Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        return answer.IsSuccessStatusCode ? JsonSerializer.Deserialize(text, type)! : throw new InvalidOperationException($"GET {route}: {(int)answer.StatusCode} {text}");
    }

    /// <summary>What is refused or fails is a problem, with its status and content type as they were sent.</summary>
    internal async Task<(int Status, string? Type, Problem? Problem)> SendAsync(HttpMethod method, string route, string? body = null, string type = "application/json")
    {
        using var message = new HttpRequestMessage(method, route) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, type) };
        using var answer = await Http.SendAsync(message, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        return ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, answer.IsSuccessStatusCode ? null : JsonSerializer.Deserialize(text, ApiJson.Default.Problem));
    }

    /// <summary>The operation that was recorded, whatever came of it; otherwise why none was.</summary>
    internal async Task<(OperationView? Done, Problem? Problem)> OperateAsync(OperationRequest request)
    {
        using var answer = await Http.PostAsync(new Uri(Routes.Operations, UriKind.Relative), JsonContent.Create(request, ApiJson.Default.OperationRequest), Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        if (answer.IsSuccessStatusCode)
        {
            return (JsonSerializer.Deserialize(text, ApiJson.Default.OperationView), null);
        }

        var problem = JsonSerializer.Deserialize(text, ApiJson.Default.Problem)!;
        return (problem.Operation, problem);
    }

    /// <summary>A word on a finding; false when it was refused, as when the finding is resolved meanwhile.</summary>
    internal async Task<bool> SayAsync(string route, FindingId finding, TriageRequest word)
    {
        using var answer = await Http.PostAsync(new Uri($"{route}?id={finding}", UriKind.Relative), JsonContent.Create(word, ApiJson.Default.TriageRequest), Token);
        return answer.IsSuccessStatusCode;
    }

    /// <summary>The operation, which must have come about.</summary>
    internal async Task<OperationView> DoAsync(OperationRequest request)
    {
        var (done, problem) = await OperateAsync(request);
        return problem is null ? done! : throw new InvalidOperationException(problem.Title);
    }

    internal Task<StatusView> StatusAsync() => GetAsync(Routes.Status, ApiJson.Default.StatusView);

    internal async Task<long> LookAsync()
    {
        using var answer = await Http.PostAsync(new Uri(Routes.Reconcile, UriKind.Relative), null, Token);
        return JsonSerializer.Deserialize(await answer.Content.ReadAsStringAsync(Token), ApiJson.Default.ReconcileView)!.Position;
    }

    /// <summary>A whole journal, oldest first.</summary>
    internal async Task<IReadOnlyList<HistoryEntry>> JournalAsync(string journal = "host")
    {
        var all = new List<HistoryEntry>();
        while (await GetAsync($"{Routes.Events}?journal={journal}&limit=500&after={(all.Count == 0 ? 0 : all[^1].Position)}", ApiJson.Default.IReadOnlyListHistoryEntry) is { Count: > 0 } page)
        {
            all.AddRange(page);
        }

        return all;
    }

    public void Dispose() => Http.Dispose();
}
