using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using XdpAudit.Agent;
using XdpAudit.Plugins.Webhook;
using XdpAudit.Sinks.Bench;
using XdpAudit.Store;
using XdpAudit.Store.Bench;

// A flood of 100,000 events, recorded as fast as the journal takes them while one sink is given them, one sink after another in one run.
const int Events = 100_000;
const int Batch = 1000;
var root = Directory.CreateDirectory($"/tmp/xdpaudit-bench-{Environment.ProcessId}", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute).FullName;
var own = Directory.CreateDirectory($"{root}/own", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
try
{
    await using var store = await AuditStore.OpenAsync(new() { DataDirectory = $"{root}/data" }, Sample.Host, NullLoggerFactory.Instance, TimeProvider.System, CancellationToken.None);
    var end = 0L;
    await FloodAsync("warming up", null);
    await Console.Out.WriteLineAsync("| sink | recorded, events/s | behind when recorded | delivered, events/s | lost | twice |\n|---|---|---|---|---|---|");
    for (var round = 0; round < 2; round++)
    {
        await FloodAsync("none", null);
        await FloodAsync("one that never answers", new Receivers.Stuck());
        await FloodAsync("json-lines", Receivers.File(own));
        await FloodAsync("webhook, cloudevents-batch", await Receivers.HttpAsync(WebhookBody.CloudEventsBatch));
        await FloodAsync("webhook, cloudevents", await Receivers.HttpAsync(WebhookBody.CloudEvents));
        await FloodAsync("syslog, tcp", Receivers.Tcp());
        File.Delete($"{own}/log");
        await FloodAsync("syslog, unix", Receivers.Unix(own));
    }

    async Task FloodAsync(string name, ISink? sink)
    {
        var counted = sink is null ? null : new Counted(sink);
        await using var deliveries = new Deliveries(
            counted is null ? new Dictionary<string, ISink>() : new Dictionary<string, ISink> { ["sink"] = counted },
            new HashSet<string>(),
            new([new(Sample.Host, "host", store.Reader, () => Volatile.Read(ref end))], $"{own}/{Guid.NewGuid():N}", _ => { }, TimeProvider.System, NullLogger.Instance));
        deliveries.Start();
        var began = Stopwatch.GetTimestamp();
        for (var done = 0; done < Events; done += Batch)
        {
            await store.HostJournal.AppendAsync(end, Sample.Batch((int)end, Batch, 1000), TimeProvider.System.GetUtcNow(), CancellationToken.None);
            Volatile.Write(ref end, end + Batch);
            deliveries.Wake();
        }

        var recorded = Stopwatch.GetElapsedTime(began);
        var behind = counted is null ? 0 : Events - counted.Count;
        while (counted is not null && sink is not Receivers.Stuck && counted.Distinct < Events)
        {
            await Task.Delay(5); // receivers count and tell nobody; the grain of a figure of seconds
        }

        var delivered = Stopwatch.GetElapsedTime(began);
        if (name != "warming up")
        {
            await Console.Out.WriteLineAsync(counted is null || sink is Receivers.Stuck
                ? FormattableString.Invariant($"| {name} | {Events / recorded.TotalSeconds:F0} | {behind} | | | |")
                : FormattableString.Invariant($"| {name} | {Events / recorded.TotalSeconds:F0} | {behind} | {Events / delivered.TotalSeconds:F0} | {Events - counted.Distinct} | {counted.Count - counted.Distinct} |"));
        }
    }
}
finally
{
    Directory.Delete(root, true);
}

/// <summary>Counts what a sink accepts.</summary>
internal sealed class Counted(ISink sink) : ISink
{
    private readonly HashSet<string> _ids = [];
    private int _count;

    internal int Count => Volatile.Read(ref _count);

    internal int Distinct
    {
        get
        {
            lock (_ids)
            {
                return _ids.Count;
            }
        }
    }

    public ValueTask<SinkDescriptor> DescribeAsync(CancellationToken cancellation) => sink.DescribeAsync(cancellation);

    public async ValueTask<SinkOutcome> DeliverAsync(IReadOnlyList<AuditEnvelope> batch, CancellationToken cancellation)
    {
        var outcome = await sink.DeliverAsync(batch, cancellation);
        lock (_ids)
        {
            foreach (var envelope in batch.Take(outcome.Accepted))
            {
                _ids.Add(envelope.Id);
            }
        }

        Interlocked.Add(ref _count, outcome.Accepted);
        return outcome;
    }

    public ValueTask DisposeAsync() => sink.DisposeAsync();
}
