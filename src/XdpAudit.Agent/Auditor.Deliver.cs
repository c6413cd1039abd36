namespace XdpAudit.Agent;

/// <summary>Handing on to sinks what was recorded: beside the recording, never in its way.</summary>
public sealed partial class Auditor
{
    /// <summary>How far each sink has come and what keeps it, by plugin.</summary>
    public IReadOnlyDictionary<string, SinkStatus> Sinks => _deliveries.Status;

    private Deliveries NewDeliveries(AuditorPorts ports) => new(
        ports.Plugins.Sinks,
        _settings.SinksFromBeginning,
        new(
            [new(_hostId, "host", _reader, () => _host.Position), new(_hostId, "server", _reader, () => _server.Position)],
            _settings.StateDirectory is { } state ? Path.Combine(state, "sinks") : null,
            ports.Plugins.News.Tell,
            _time,
            _logger));
}
