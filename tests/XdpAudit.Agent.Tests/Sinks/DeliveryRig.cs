using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using XdpAudit.Store;

namespace XdpAudit.Agent.Tests;

/// <summary>Two real journals, a sink, a directory for its cursor, and a clock that only the test moves.</summary>
internal sealed class DeliveryRig : IAsyncDisposable
{
    private readonly List<PluginFaulted> _told = [];
    private AuditStore? _store;
    private Deliveries? _deliveries;
    private readonly Dictionary<string, long> _ends = new() { ["host"] = 0, ["server"] = 0 };

    private DeliveryRig(int number)
    {
        Host = new($"{number:x32}");
        Directory = Database.File($"sinks-{number}");
        Time = new(new DateTimeOffset(2026, 3, 1, 3, 12, 0, TimeSpan.Zero));
        Sink = new(Time);
    }

    internal HostId Host { get; }

    internal FakeTimeProvider Time { get; }

    internal ScriptedSink Sink { get; set; }

    internal string? Directory { get; set; }

    internal string File(string name) => $"{Directory}/sink/{name}";

    internal IReadOnlyList<PluginFaulted> Told
    {
        get
        {
            lock (_told)
            {
                return [.. _told];
            }
        }
    }

    internal SinkStatus Status => _deliveries!.Status["sink"];

    internal static async Task<DeliveryRig> OpenAsync(Database database)
    {
        var number = database.Next();
        var rig = new DeliveryRig(number);
        rig._store = await Database.OpenAsync(number, rig.Host);
        return rig;
    }

    /// <summary>Records so many events in a journal, as an auditor does.</summary>
    internal async Task RecordAsync(int count, string journal = "host")
    {
        var to = journal == "host" ? _store!.HostJournal : _store!.ServerJournal;
        var first = _ends[journal] + 1;
        await to.AppendAsync(_ends[journal], [.. Enumerable.Range(0, count).Select(i => Fact(first + i))], Time.GetUtcNow(), Rig.Token);
        lock (_ends)
        {
            _ends[journal] += count;
        }

        _deliveries?.Wake();
    }

    internal void Begin(bool fromBeginning = false)
    {
        OutgoingJournal Journal(string name) => new(Host, name, _store!.Reader, () =>
        {
            lock (_ends)
            {
                return _ends[name];
            }
        });
        HashSet<string> whole = fromBeginning ? ["sink"] : [];
        _deliveries = new(new Dictionary<string, ISink> { ["sink"] = Sink }, whole, new([Journal("host"), Journal("server")], Directory, Tell, Time, NullLogger.Instance));
        _deliveries.Start();
    }

    /// <summary>It ends; what it had not written down is lost, as by kill -9, when the sink is within a call.</summary>
    internal async Task EndAsync()
    {
        if (_deliveries is { } deliveries)
        {
            _deliveries = null;
            await deliveries.DisposeAsync();
        }
    }

    /// <summary>Waits until something is so, moving the clock by a step each time; bounded by real time.</summary>
    internal async Task UntilAsync(Func<bool> so, double step = 0)
    {
        for (var began = Stopwatch.GetTimestamp(); !so();)
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(60), $"not so within 60 s: {_deliveries?.Status["sink"]}");
            if (step > 0)
            {
                Time.Advance(TimeSpan.FromSeconds(step));
            }

            await Task.Delay(2, Rig.Token); // the delivery works on other threads while the clock is set forward
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        if (_store is { } store)
        {
            _store = null;
            await store.DisposeAsync();
        }
    }

    private AgentStopped Fact(long number) => new AgentStopped(Host, $"{number}")
    {
        Occurred = Occurrence.Exactly(Time.GetUtcNow()), KnownBy = new() { How = Knowledge.Declared, Source = "agent" }, Actor = new Actor.Unknown("a test"),
    };

    private void Tell(PluginFaulted fault)
    {
        lock (_told)
        {
            _told.Add(fault);
        }
    }
}
