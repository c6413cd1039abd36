using Microsoft.Extensions.Logging;

namespace XdpAudit.Agent;

/// <summary>What all deliveries share.</summary>
/// <param name="Journals">What goes out, in the order in which it is asked for.</param>
/// <param name="Directory">Where each sink has a directory for its cursor and its dead letters; null to keep them in memory.</param>
/// <param name="Tell">Takes what is to be recorded of the plugins.</param>
internal sealed record DeliveryPorts(IReadOnlyList<OutgoingJournal> Journals, string? Directory, Action<PluginFaulted> Tell, TimeProvider Time, ILogger Logger);

/// <summary>
/// Delivers to every sink on a task of its own. It only reads: from the journals, by position, so that what waits for a sink costs no memory and survives
/// us. Whoever records calls <see cref="Wake"/> and never waits.
/// </summary>
/// <param name="sinks">Sinks by plugin id.</param>
/// <param name="fromBeginning">Those that get the whole past when they are new; the others begin at the end.</param>
internal sealed class Deliveries(IReadOnlyDictionary<string, ISink> sinks, IReadOnlySet<string> fromBeginning, DeliveryPorts ports) : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private IReadOnlyList<Delivery> _all = [];
    private Task[] _running = [];

    /// <summary>How far each sink has come.</summary>
    internal IReadOnlyDictionary<string, SinkStatus> Status => _all.ToDictionary(d => d.Id, d => d.Status);

    /// <summary>Begins. What is recorded from now on reaches every sink; a new one counts from the ends that the journals have now.</summary>
    internal void Start()
    {
        var ends = ports.Journals.ToDictionary(j => j.Name, j => j.End);
        _all = [.. sinks.Select(s => new Delivery(s.Key, s.Value, fromBeginning.Contains(s.Key) ? null : ends, ports))];
        _running = [.. _all.Select(d => Task.Run(() => d.RunAsync(_end.Token), CancellationToken.None))];
    }

    /// <summary>Something was recorded.</summary>
    internal void Wake()
    {
        foreach (var delivery in _all)
        {
            delivery.Wake();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var delivery in _all)
        {
            await delivery.LetGoAsync();
        }

        _end.Dispose();
    }
}
