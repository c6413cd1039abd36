using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace XdpAudit.Server;

/// <summary>A web server on loopback that answers 204 to what it has read; away, its port is closed.</summary>
internal sealed class HttpTrialReceiver(Regex id) : TrialReceiver(id)
{
    private readonly ConcurrentQueue<string> _bodies = new();
    private WebApplication? _web;
    private int _port;

    internal override string Address => $"http://127.0.0.1:{_port}/";

    protected override IReadOnlyList<string> Arrived => [.. _bodies];

    internal override async Task ComeAsync()
    {
        if (_web is not null)
        {
            return;
        }

        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, _port, l => l.Protocols = HttpProtocols.Http1));
        _web = builder.Build();
        _web.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            _bodies.Enqueue(await reader.ReadToEndAsync(context.RequestAborted));
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        });
        await _web.StartAsync();
        _port = new Uri(_web.Urls.Single()).Port;
    }

    internal override async Task GoAsync()
    {
        if (_web is { } web)
        {
            // Without waiting for connections that are kept for more: it is away at once.
            _web = null;
            await web.StopAsync(new CancellationToken(canceled: true));
            await web.DisposeAsync();
        }
    }
}
