using System.Text.Json;
using Microsoft.AspNetCore.Http;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli.Tests;

public sealed class EventCommandTests
{
    [Theory]
    [InlineData("events", "events")]
    [InlineData("events-json", "events", "-o", "json")]
    [InlineData("events-jsonl", "events", "-o", "jsonl")]
    public async Task A_journal_is_printed_to_its_end(string golden, params string[] words)
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Answers(Routes.Events, [A.Event(1), A.Event(2, "it was attached") with { Actor = new Actor.Kernel("x") }], ApiJson.Default.IReadOnlyListHistoryEntry);

        var answer = await new CommandLineTool(auditor.Socket).RunAsync(words);

        Golden.Check(golden, words, answer);
    }

    [Fact]
    public async Task A_long_journal_is_read_page_by_page_as_one_document()
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.On(Routes.Events, context =>
        {
            var after = int.Parse(context.Request.Query["after"].FirstOrDefault() ?? "0", System.Globalization.CultureInfo.InvariantCulture);
            var page = Enumerable.Range(after + 1, Math.Min(500, 1203 - after)).Select(i => A.Event(i)).ToList();
            return context.Response.WriteAsync(JsonSerializer.Serialize(page, ApiJson.Default.IReadOnlyListHistoryEntry));
        });

        var answer = await new CommandLineTool(auditor.Socket).RunAsync("events", "--since", "-1d", "-o", "json");

        Assert.Equal(Enumerable.Range(1, 1203).Select(i => (long)i), JsonSerializer.Deserialize(answer.Out, ApiJson.Default.IReadOnlyListHistoryEntry)!.Select(e => e.Position));
        Assert.Equal(
            [
                "GET /v1/events?since=2026-11-21T18%3A40%3A03Z&limit=500&journal=host",
                "GET /v1/events?since=2026-11-21T18%3A40%3A03Z&after=500&limit=500&journal=host",
                "GET /v1/events?since=2026-11-21T18%3A40%3A03Z&after=1000&limit=500&journal=host",
            ],
            auditor.Requests.Select(r => r.Line));
    }

    [Fact]
    public async Task A_position_counts_from_that_event_on()
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Answers(Routes.Events, [], ApiJson.Default.IReadOnlyListHistoryEntry);

        var answer = await new CommandLineTool(auditor.Socket).RunAsync("events", "--since", "position:12", "--program", "name:x", "--journal", "server");

        Assert.Equal("GET /v1/events?program=name%3Ax&after=11&limit=500&journal=server", Assert.Single(auditor.Requests).Line);
        Assert.Equal(new(ExitCode.Done, "", "no events\n"), answer);
    }

    [Fact]
    public async Task A_hole_in_a_journal_is_broken_evidence()
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Answers(Routes.Events, [A.Event(1), A.Event(2), A.Event(4)], ApiJson.Default.IReadOnlyListHistoryEntry);

        var whole = await new CommandLineTool(auditor.Socket).RunAsync("events");
        var filtered = await new CommandLineTool(auditor.Socket).RunAsync("events", "--program", "7");

        Assert.Equal(ExitCode.EvidenceBroken, whole.Exit);
        Assert.StartsWith("xdpaudit: the evidence is broken: the host journal goes from position 2 to 4\n", whole.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, filtered.Exit);
    }

    [Theory]
    [InlineData("table")]
    [InlineData("json")]
    [InlineData("jsonl")]
    public async Task Followed_events_are_written_one_a_line_each_once_and_taken_up_again_where_the_connection_broke(string format)
    {
        await using var auditor = await CannedAuditor.StartAsync();
        using var interrupt = new CancellationTokenSource();
        auditor.Answers(Routes.Events, [A.Event(1), A.Event(2)], ApiJson.Default.IReadOnlyListHistoryEntry);
        var connections = 0;
        auditor.On(Routes.EventStream, async context =>
        {
            context.Response.ContentType = "text/event-stream";
            var after = int.Parse(context.Request.Query["after"]!, System.Globalization.CultureInfo.InvariantCulture);
            var last = Math.Min(5, 2 + ++connections);
            await SendAsync(context, "hello", connections == 1 ? "{\"position\":3}" : "3");
            for (var position = after; position <= last; position++)
            {
                await SendAsync(context, "event", Text(A.Event(position)));
                await SendAsync(context, "heartbeat", "");
            }

            if (connections == 1)
            {
                context.Abort();
            }
            else if (connections > 2)
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        });
        var tool = new CommandLineTool(auditor.Socket) { Interrupt = interrupt.Token };

        var run = tool.RunAsync("events", "--follow", "--since", "position:1", "-o", format);
        await UntilAsync(() => run.IsCompleted || tool.OutWriter.ToString().Split('\n').Length == (format == "table" ? 7 : 6));
        await interrupt.CancelAsync();
        var answer = await run;

        Assert.Equal(ExitCode.Interrupted, answer.Exit);
        var lines = answer.Out.TrimEnd('\n').Split('\n');
        Assert.Equal(
            [1, 2, 3, 4, 5],
            format == "table"
                ? lines.Skip(1).Select(l => int.Parse(l.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture))
                : lines.Select(l => (int)JsonSerializer.Deserialize(l, ApiJson.Default.HistoryEntry)!.Position));
        var streams = auditor.Requests.Select(r => r.Line).Where(l => l.Contains("stream", StringComparison.Ordinal)).ToList();
        Assert.Equal(["GET /v1/events/stream?after=2&journal=host", "GET /v1/events/stream?after=4&journal=host"], [streams[0], streams[^1]]);
    }

    [Fact]
    public async Task Following_alone_begins_where_the_journal_is_and_a_hole_in_the_stream_is_broken_evidence()
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.On(Routes.EventStream, async context =>
        {
            await SendAsync(context, "hello", "{\"position\":40}");
            await SendAsync(context, "event", Text(A.Event(42)));
        });

        var answer = await new CommandLineTool(auditor.Socket).RunAsync("events", "-f");

        Assert.Equal(ExitCode.EvidenceBroken, answer.Exit);
        Assert.StartsWith("xdpaudit: the evidence is broken: the host journal goes from position 40 to 42\n", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Following_an_auditor_that_does_not_run_ends_at_once()
    {
        var answer = await new CommandLineTool("/nowhere/api.sock").RunAsync("events", "--follow");

        Assert.Equal(ExitCode.NotReachable, answer.Exit);
    }

    private static async Task SendAsync(HttpContext context, string type, string data)
    {
        await context.Response.WriteAsync($"event: {type}\ndata: {data}\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private static string Text(HistoryEntry entry) => JsonSerializer.Serialize(entry, ApiJson.Default.HistoryEntry);

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 1000 && !condition(); i++)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken); // the command runs on other threads
        }

        Assert.True(condition(), "did not come about within 10 s");
    }
}
