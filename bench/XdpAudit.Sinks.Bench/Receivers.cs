using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using XdpAudit.Plugins.JsonLines;
using XdpAudit.Plugins.Syslog;
using XdpAudit.Plugins.Webhook;

namespace XdpAudit.Sinks.Bench;

/// <summary>Receivers on loopback that take whatever comes, and the sinks to them. They end with the process.</summary>
internal static class Receivers
{
    internal static ISink File(string directory) => new JsonLinesSink(new() { Path = $"{directory}/events.jsonl" });

    internal static async Task<ISink> HttpAsync(WebhookBody body)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var web = builder.Build();
        web.Run(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.StatusCode = 204;
        });
        await web.StartAsync();
        return new WebhookSink(new() { Url = new(web.Urls.Single()), Body = body }, TimeProvider.System);
    }

    internal static ISink Tcp()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _ = Task.Run(async () =>
        {
            while (true)
            {
                var connection = await listener.AcceptTcpClientAsync();
                _ = connection.GetStream().CopyToAsync(Stream.Null);
            }
        });
        return new SyslogSink(new() { Target = new(SyslogTransport.Tcp, "127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port) }, TimeProvider.System);
    }

    internal static ISink Unix(string directory)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint($"{directory}/log"));
        _ = Task.Run(async () =>
        {
            var buffer = new byte[65536];
            while (true)
            {
                await socket.ReceiveAsync(buffer);
            }
        });
        return new SyslogSink(new() { Target = new(SyslogTransport.Unix, $"{directory}/log", 0) }, TimeProvider.System);
    }

    /// <summary>Its calls never end of themselves.</summary>
    internal sealed class Stuck : ISink
    {
        public ValueTask<SinkDescriptor> DescribeAsync(CancellationToken cancellation) => new(new SinkDescriptor { Target = "nobody" });

        public async ValueTask<SinkOutcome> DeliverAsync(IReadOnlyList<AuditEnvelope> batch, CancellationToken cancellation)
        {
            await Task.Delay(Timeout.Infinite, cancellation); // what is measured is a sink that never answers
            return new() { Accepted = 0 };
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
