using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace XdpAudit.Sinks.Tests;

/// <summary>A request that arrived.</summary>
internal sealed record Arrived(string Path, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>A real server on loopback; away, its port is closed.</summary>
internal sealed class HttpReceiver(X509Certificate2? certificate = null) : IAsyncDisposable
{
    private readonly ConcurrentQueue<Arrived> _arrived = new();
    private WebApplication? _web;
    private int _port;

    internal string Scheme => certificate is null ? "http" : "https";

    internal Uri Url => new($"{Scheme}://127.0.0.1:{_port}/hook?token=path-secret");

    internal IReadOnlyList<Arrived> All => [.. _arrived];

    internal Arrived Only => Assert.Single(All);

    /// <summary>Answers a request; 204 unless set.</summary>
    internal Func<Arrived, HttpContext, Task> Answer { get; set; } = (_, context) =>
    {
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    };

    internal static async Task<HttpReceiver> StartAsync(X509Certificate2? certificate = null)
    {
        var receiver = new HttpReceiver(certificate);
        await receiver.ComeAsync();
        return receiver;
    }

    internal async Task ComeAsync()
    {
        if (_web is not null)
        {
            return;
        }

        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, _port, l =>
        {
            l.Protocols = HttpProtocols.Http1;
            if (certificate is not null)
            {
                l.UseHttps(certificate);
            }
        }));
        if (certificate is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        _web = builder.Build();
        _web.Run(ReceiveAsync);
        await _web.StartAsync();
        _port = new Uri(_web.Urls.Single()).Port;
    }

    internal async Task GoAsync()
    {
        if (_web is { } web)
        {
            _web = null;
            await web.StopAsync(new CancellationToken(canceled: true));
            await web.DisposeAsync();
        }
    }

    internal void AnswerWith(int status, string body = "", params (string Name, string Value)[] headers) => Answer = async (_, context) =>
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers)
        {
            context.Response.Headers[name] = value;
        }

        await context.Response.WriteAsync(body);
    };

    private async Task ReceiveAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var arrived = new Arrived(
            context.Request.Path,
            context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            await reader.ReadToEndAsync());
        _arrived.Enqueue(arrived);
        await Answer(arrived, context);
    }

    public async ValueTask DisposeAsync() => await GoAsync();
}
