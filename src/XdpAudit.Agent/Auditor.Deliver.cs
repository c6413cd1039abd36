using System.Collections.Concurrent;

namespace XdpAudit.Agent;

/// <summary>Handing on to sinks what was recorded: beside the recording, never in its way.</summary>
public sealed partial class Auditor
{
    private readonly ConcurrentQueue<PluginFaulted> _sinkFaults = new();

    /// <summary>How far each sink has come and what keeps it, by plugin.</summary>
    public IReadOnlyDictionary<string, SinkStatus> Sinks => _deliveries.Status;

    private Deliveries NewDeliveries(AuditorPorts ports) => new(
        ports.Plugins.Sinks,
        _settings.SinksFromBeginning,
        new(
            [new(_hostId, "host", _reader, () => _host.Position), new(_hostId, "server", _reader, () => _server.Position)],
            _settings.StateDirectory is { } state ? Path.Combine(state, "sinks") : null,
            _sinkFaults.Enqueue,
            _time,
            _logger));

    // In turn.
    private async Task TellSinkFaultsAsync(TimeSpan patience, CancellationToken cancellation)
    {
        var faults = new List<JournalEvent>();
        while (_sinkFaults.TryDequeue(out var fault))
        {
            faults.Add(fault with { Occurred = Occurrence.Exactly(_time.GetUtcNow()), KnownBy = Beginnings.Agent, Actor = new Actor.Unknown("a judgement of the auditor") });
        }

        await TellServerAsync(faults, patience, cancellation);
    }
}
