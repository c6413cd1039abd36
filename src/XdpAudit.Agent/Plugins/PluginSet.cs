namespace XdpAudit.Agent;

/// <summary>The plugins that were named, by what they bring, how it stands with each, and what is to be recorded of them.</summary>
public sealed class PluginSet(PluginNews news) : IAsyncDisposable
{
    private IReadOnlyDictionary<string, (PluginVerdict Verdict, Activation? Activation)> _all = new Dictionary<string, (PluginVerdict, Activation?)>();

    /// <summary>Executors by plugin id.</summary>
    public IReadOnlyDictionary<string, IExecutor> Executors { get; init; } = new Dictionary<string, IExecutor>();

    /// <summary>Sensors by plugin id.</summary>
    public IReadOnlyDictionary<string, ISensor> Sensors { get; init; } = new Dictionary<string, ISensor>();

    /// <summary>Sinks by plugin id.</summary>
    public IReadOnlyDictionary<string, ISink> Sinks { get; init; } = new Dictionary<string, ISink>();

    /// <summary>Detectors with the plugin they came from.</summary>
    public IReadOnlyList<(string Plugin, ILeakDetector Detector)> Detectors { get; init; } = [];

    /// <summary>Loaded and refused plugins, as events.</summary>
    public IReadOnlyList<PluginEvent> Facts => [.. _all.Values.Select(p => p.Activation?.Fact).OfType<PluginEvent>()];

    /// <summary>What is to be recorded at the start: approvals that were not yet, then what was loaded or refused. A list that others may write approves nothing.</summary>
    /// <param name="known">What is recorded of plugins.</param>
    internal IReadOnlyList<PluginEvent> Beginning(IEnumerable<PluginState> known)
    {
        var approved = known.ToDictionary(k => k.Id, k => (k.ApprovedSha256, k.ApprovedAt));
        return
        [
            .. from verdict in _all.Values.Select(p => p.Verdict)
               let entry = verdict.Entry
               where entry is { Enabled: true } && verdict.Refusal?.Code != PluginRefusalCode.List && approved.GetValueOrDefault(verdict.Id) != (entry.Sha256, entry.ApprovedAt)
               select PluginNews.Sign(
                   new PluginApproved(
                       entry.Id, entry.Version, entry.Sha256, entry.ApprovedBy, entry.ApprovedAt, entry.Reason, verdict.AllowList, verdict.Folder, entry.Isolation, entry.AllowNative),
                   entry.ApprovedAt),
            .. Facts,
        ];
    }

    /// <summary>What happened to them since.</summary>
    public PluginNews News => news;

    /// <summary>All that the auditor was told of, and how it stands with them now.</summary>
    public IReadOnlyList<PluginView> Views => [.. _all.Values.Select(p => PluginViews.Of(p.Verdict, p.Activation)).OrderBy(v => v.Id, StringComparer.Ordinal)];

    /// <summary>How a plugin would stand that nothing was activated of.</summary>
    public static PluginView Foreseen(PluginVerdict verdict) => PluginViews.Of(
        verdict, verdict.Refusal is { } refusal ? new(verdict.Id, new PluginRefused(verdict.Id, refusal.Code, refusal.Why) { Remedy = refusal.Remedy }) : null);

    /// <summary>Plugin ids and their state, see <see cref="PluginView.State"/>.</summary>
    public IReadOnlyDictionary<string, string> States => _all.Values.ToDictionary(p => p.Verdict.Id, p => PluginViews.Of(p.Verdict, p.Activation).State);

    /// <summary>Processes in which plugins run now.</summary>
    public IEnumerable<int> Processes => _all.Values.Select(p => p.Activation?.Supervisor?.Pid).OfType<int>();

    /// <summary>Which code of a plugin answers now; null for one that was not loaded from a folder.</summary>
    public PluginSource? Source(string plugin) =>
        _all.TryGetValue(plugin, out var one) ? one.Activation?.Supervisor?.Source ?? one.Activation?.Source : null;

    /// <summary>Ends them all, each in its own time and none longer than a few seconds.</summary>
    public async ValueTask DisposeAsync() => await Task.WhenAll(_all.Values.Select(p => p.Activation).OfType<Activation>().Select(async a =>
    {
        await (a.Executor?.DisposeAsync() ?? default);
        await (a.Sensor?.DisposeAsync() ?? default);
        await (a.Sink?.DisposeAsync() ?? default);
        await (a.Supervisor?.DisposeAsync() ?? default);
        await (a.Own?.DisposeAsync() ?? default);
    }));

    internal static PluginSet Of(PluginNews news, IReadOnlyList<(PluginVerdict Verdict, Activation? Activation)> all)
    {
        var active = all.Where(p => p.Activation is not null).ToDictionary(p => p.Verdict.Id, p => p.Activation!);
        return new(news)
        {
            _all = all.ToDictionary(p => p.Verdict.Id),
            Executors = active.Where(a => a.Value.Executor is not null).ToDictionary(a => a.Key, a => a.Value.Executor!),
            Sensors = active.Where(a => a.Value.Sensor is not null).ToDictionary(a => a.Key, a => a.Value.Sensor!),
            Sinks = active.Where(a => a.Value.Sink is not null).ToDictionary(a => a.Key, a => a.Value.Sink!),
            Detectors = [.. active.SelectMany(a => a.Value.Detectors, (a, d) => (a.Key, d))],
        };
    }
}
