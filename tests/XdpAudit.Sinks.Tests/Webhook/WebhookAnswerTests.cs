using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using XdpAudit.Plugins.Webhook;

namespace XdpAudit.Sinks.Tests;

public sealed class WebhookAnswerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(200)]
    [InlineData(202)]
    [InlineData(204)]
    public async Task What_is_answered_with_2xx_is_accepted(int status)
    {
        var (outcome, _) = await DeliverAsync(A.Batch(1, 2), r => r.AnswerWith(status));

        Assert.Equal((2, null, 0), (outcome.Accepted, outcome.Trouble, outcome.Refused.Count));
    }

    [Theory]
    [InlineData(408)]
    [InlineData(425)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    public async Task What_may_pass_is_trouble(int status)
    {
        var (outcome, posted) = await DeliverAsync(A.Batch(1, 2), r => r.AnswerWith(status));

        Assert.Equal((0, 0, 1), (outcome.Accepted, outcome.Refused.Count, posted.Count));
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"it answered {status}; it comes again"), outcome.Trouble, StringComparison.Ordinal);
        Assert.Null(outcome.RetryAfter);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(407)]
    public async Task A_wrong_address_or_a_missing_right_costs_no_event(int status)
    {
        var (outcome, _) = await DeliverAsync(A.Batch(1, 2), r => r.AnswerWith(status));

        Assert.Equal((0, 0), (outcome.Accepted, outcome.Refused.Count));
        Assert.Contains("set 'url' to where it takes events", outcome.Trouble, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("Sun, 01 Mar 2026 03:13:30 GMT", 90)]
    [InlineData("Sun, 01 Mar 2026 03:00:00 GMT", null)]
    [InlineData("soon", null)]
    public async Task The_receiver_says_when_to_come_again(string header, int? seconds)
    {
        foreach (var status in (int[])[429, 503])
        {
            var (outcome, _) = await DeliverAsync(A.Batch(1, 1), r => r.AnswerWith(status, "", ("Retry-After", header)));

            Assert.Equal(seconds, outcome.RetryAfter?.TotalSeconds);
        }
    }

    [Theory]
    [InlineData(410)]
    [InlineData(415)]
    public async Task What_will_never_be_taken_is_refused_with_the_receivers_words(int status)
    {
        var (outcome, posted) = await DeliverAsync(A.Batch(1, 2), r => r.AnswerWith(status, "no\u001b[2J such\nthing"));

        Assert.Equal((2, null, 1), (outcome.Accepted, outcome.Trouble, posted.Count));
        Assert.Equal(A.Batch(1, 2).Select(e => e.Id), outcome.Refused.Select(r => r.Id));
        Assert.All(outcome.Refused, r => Assert.EndsWith(string.Create(CultureInfo.InvariantCulture, $"answered {status}: no?[2J such?thing"), r.Why, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(413)]
    [InlineData(422)]
    public async Task One_event_that_is_refused_takes_no_other_with_it(int status)
    {
        var (outcome, posted) = await DeliverAsync(A.Batch(1, 20), r => r.Answer = (arrived, context) =>
        {
            context.Response.StatusCode = arrived.Body.Contains("\"sequence\":\"00000000000000000013\"", StringComparison.Ordinal) ? status : 200;
            return Task.CompletedTask;
        });

        Assert.Equal((20, null), (outcome.Accepted, outcome.Trouble));
        Assert.Equal(A.Envelope(13).Id, Assert.Single(outcome.Refused).Id);
        Assert.InRange(posted.Count, 2, 15);
    }

    [Fact]
    public async Task What_went_through_before_the_trouble_stays_accepted()
    {
        var count = 0;
        await using var receiver = await HttpReceiver.StartAsync();
        receiver.Answer = (_, context) =>
        {
            context.Response.StatusCode = ++count > 2 ? 500 : 200;
            return Task.CompletedTask;
        };
        await using var sink = new WebhookSink(new() { Url = receiver.Url, Body = WebhookBody.CloudEvents }, TimeProvider.System);

        var outcome = await sink.DeliverAsync(A.Batch(1, 5), Token);

        Assert.Equal(2, outcome.Accepted);
        Assert.NotNull(outcome.Trouble);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = await HttpReceiver.StartAsync();

        var (outcome, _) = await DeliverAsync(A.Batch(1, 1), r => r.AnswerWith(307, "", ("Location", elsewhere.Url.ToString())));

        Assert.Equal(0, outcome.Accepted);
        Assert.Contains("redirects are not followed", outcome.Trouble, StringComparison.Ordinal);
        Assert.Empty(elsewhere.All);
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_in_time_is_trouble()
    {
        var (outcome, _) = await DeliverAsync(A.Batch(1, 1), r => r.Answer = (_, context) => Task.Delay(Timeout.Infinite, context.RequestAborted), TimeSpan.FromMilliseconds(200));

        Assert.Equal(0, outcome.Accepted);
        Assert.Contains("no answer within 0.2 s", outcome.Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_that_gives_up_gets_its_exception_and_no_outcome()
    {
        using var giveUp = new CancellationTokenSource();
        await using var receiver = await HttpReceiver.StartAsync();
        receiver.Answer = async (_, context) =>
        {
            await giveUp.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        await using var sink = new WebhookSink(new() { Url = receiver.Url }, TimeProvider.System);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await sink.DeliverAsync(A.Batch(1, 1), giveUp.Token));
    }

    [Fact]
    public async Task A_receiver_that_hangs_up_is_trouble()
    {
        var (outcome, _) = await DeliverAsync(A.Batch(1, 1), r => r.Answer = (_, context) =>
        {
            context.Abort();
            return Task.CompletedTask;
        });

        Assert.Equal(0, outcome.Accepted);
        Assert.StartsWith("cannot deliver to http://127.0.0.1:", outcome.Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_message_shows_the_path_or_the_query_of_the_url()
    {
        var (trouble, _) = await DeliverAsync(A.Batch(1, 1), r => r.AnswerWith(500));
        var (refused, _) = await DeliverAsync(A.Batch(1, 1), r => r.AnswerWith(410));

        Assert.DoesNotContain("hook", trouble.Trouble + refused.Refused[0].Why, StringComparison.Ordinal);
    }

    private static async Task<(SinkOutcome Outcome, IReadOnlyList<Arrived> Posted)> DeliverAsync(IReadOnlyList<AuditEnvelope> batch, Action<HttpReceiver> answer, TimeSpan? deadline = null)
    {
        await using var receiver = await HttpReceiver.StartAsync();
        answer(receiver);
        TimeProvider time = deadline is null ? new FakeTimeProvider(new(2026, 3, 1, 3, 12, 0, TimeSpan.Zero)) : TimeProvider.System;
        await using var sink = new WebhookSink(new() { Url = receiver.Url, Deadline = deadline ?? TimeSpan.FromSeconds(10) }, time);
        var outcome = await sink.DeliverAsync(batch, Token);
        return (outcome, receiver.All);
    }
}
