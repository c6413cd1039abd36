using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using XdpAudit.Plugins.JsonLines;

namespace XdpAudit.Agent.Tests;

/// <summary>An auditor killed at any instruction while it delivers to a real file, and the one after it, again and again.</summary>
public sealed class KilledDeliveryTests(Database database)
{
    private const int Rounds = 6;

    [Fact]
    public async Task Whenever_it_is_killed_every_event_that_was_dealt_with_is_at_the_receiver_or_among_the_dead_letters_and_few_are_there_twice()
    {
        var folder = Directory.CreateDirectory(Database.File($"killed-{database.Next()}"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
        var reached = 0L;
        for (var round = 0; round < Rounds; round++)
        {
            await KillAsync(folder, reached + 500 + (round * 77));

            var there = Positions($"{folder}/events.jsonl", l => l).Concat(Positions($"{folder}/sinks/sink/dead-letters.jsonl", l => l.GetProperty("envelope"))).ToList();
            var cursor = JsonDocument.Parse(await File.ReadAllBytesAsync($"{folder}/sinks/sink/cursor", Rig.Token)).RootElement.GetProperty("journals").GetProperty("host").GetProperty("position").GetInt64();
            reached = there.Max();

            // All that the cursor says was dealt with is there. Of one batch more, which comes again, some may be.
            Assert.Superset(Numbers(cursor), there.ToHashSet());
            Assert.InRange(reached - cursor, 0, 50);
            Assert.InRange(there.Count - there.Distinct().Count(), 0, round * 50);
        }
    }

    /// <summary>The auditor of the test above: started by it in a process of its own, and killed by it.</summary>
    [Fact(Explicit = true)]
    public async Task It_delivers_until_it_is_killed()
    {
        var folder = Environment.GetEnvironmentVariable(Database.Child)!;
        var host = new HostId(new string('a', 32));
        await using var deliveries = new Deliveries(
            new Dictionary<string, ISink> { ["sink"] = new Picky(new JsonLinesSink(new() { Path = $"{folder}/events.jsonl", MaxBatch = 50 })) },
            new HashSet<string> { "sink" },
            new([new(host, "host", new EndlessReader(host), () => long.MaxValue)], $"{folder}/sinks", _ => { }, TimeProvider.System, NullLogger.Instance));
        deliveries.Start();
        await Task.Delay(Timeout.Infinite, Rig.Token);
    }

    private static async Task KillAsync(string folder, long upTo)
    {
        var how = new ProcessStartInfo(Environment.ProcessPath!, ["-explicit", "only", "-method", $"*.{nameof(It_delivers_until_it_is_killed)}"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        how.Environment[Database.Child] = folder;
        using var child = Process.Start(how)!;
        var said = child.StandardOutput.ReadToEndAsync();
        _ = child.StandardError.ReadToEndAsync();
        try
        {
            for (var began = Stopwatch.GetTimestamp(); Positions($"{folder}/events.jsonl", l => l).DefaultIfEmpty().Max() < upTo;)
            {
                Assert.False(child.HasExited, child.HasExited ? await said : "");
                Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(60), "the child does not get anywhere");
                await Task.Delay(1, Rig.Token); // what another process has written has no event here
            }
        }
        finally
        {
            child.Kill();
            await child.WaitForExitAsync(CancellationToken.None);
        }
    }

    // Whole lines only: what the kill cut short was never called accepted. By cat, because the writer has the lock that .NET asks for.
    private static IEnumerable<long> Positions(string path, Func<JsonElement, JsonElement> envelope) => !File.Exists(path) ? [] : Shell.Run("cat", path).Split('\n').SkipLast(1)
        .Select(l => envelope(JsonDocument.Parse(l).RootElement).GetProperty("entry").GetProperty("position").GetInt64());

    private static HashSet<long> Numbers(long count) => [.. Enumerable.Range(1, (int)count).Select(i => (long)i)];

    /// <summary>Refuses every tenth event for good, before it hands on the others.</summary>
    private sealed class Picky(ISink sink) : ISink
    {
        public ValueTask<SinkDescriptor> DescribeAsync(CancellationToken cancellation) => sink.DescribeAsync(cancellation);

        public async ValueTask<SinkOutcome> DeliverAsync(IReadOnlyList<AuditEnvelope> batch, CancellationToken cancellation)
        {
            var (refused, taken) = (batch.Where(e => e.Entry.Position % 10 == 0).ToList(), batch.Where(e => e.Entry.Position % 10 != 0).ToList());
            var outcome = await sink.DeliverAsync(taken, cancellation);
            return outcome.Accepted == taken.Count ? new() { Accepted = batch.Count, Refused = [.. refused.Select(e => new RefusedEnvelope(e.Id, "every tenth"))] } : new() { Accepted = 0, Trouble = outcome.Trouble };
        }

        public ValueTask DisposeAsync() => sink.DisposeAsync();
    }
}
