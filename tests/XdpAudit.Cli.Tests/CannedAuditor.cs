using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli.Tests;

/// <summary>A real HTTP server on a real unix socket, in a folder of its own, that answers what it was told to.</summary>
internal sealed class CannedAuditor : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, RequestDelegate> answers = [];
    private readonly WebApplication app;

    private CannedAuditor(string directory)
    {
        Directory = directory;
        Socket = Path.Combine(directory, "api.sock");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.ListenUnixSocket(Socket));
        app = builder.Build();
        app.Run(async context =>
        {
            using var body = new StreamReader(context.Request.Body);
            Requests.Enqueue(new($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}", await body.ReadToEndAsync()));
            if (answers.TryGetValue($"{context.Request.Method} {context.Request.Path}", out var answer))
            {
                await answer(context);
            }
            else
            {
                context.Response.StatusCode = 404;
            }
        });
    }

    internal sealed record Asked(string Line, string Body);

    internal string Directory { get; }

    internal string Socket { get; }

    internal ConcurrentQueue<Asked> Requests { get; } = [];

    internal static async Task<CannedAuditor> StartAsync()
    {
        var auditor = new CannedAuditor(System.IO.Directory.CreateTempSubdirectory("xdpaudit-cli-").FullName);
        await auditor.app.StartAsync();
        return auditor;
    }

    internal CannedAuditor Answers<T>(string route, T value, JsonTypeInfo<T> type, int status = 200) =>
        AnswersText(route, JsonSerializer.Serialize(value, type), status);

    internal CannedAuditor AnswersText(string route, string body, int status = 200) => On(route, async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = status >= 400 ? "application/problem+json" : "application/json";
        await context.Response.WriteAsync(body);
    });

    internal CannedAuditor Refuses(string route, Problem problem) => Answers(route, problem, ApiJson.Default.Problem, problem.Status);

    internal CannedAuditor On(string route, RequestDelegate answer)
    {
        answers[route.Contains(' ', StringComparison.Ordinal) ? route : "GET " + route] = answer;
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(new CancellationToken(true));
        await app.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
