namespace XdpAudit.Agent;

/// <summary>The plugins that were loaded, by what they bring, and what is to be recorded of their loading.</summary>
public sealed record PluginSet
{
    /// <summary>Executors by plugin id.</summary>
    public IReadOnlyDictionary<string, IExecutor> Executors { get; init; } = new Dictionary<string, IExecutor>();

    /// <summary>Sensors by plugin id.</summary>
    public IReadOnlyDictionary<string, ISensor> Sensors { get; init; } = new Dictionary<string, ISensor>();

    /// <summary>Sinks by plugin id.</summary>
    public IReadOnlyDictionary<string, ISink> Sinks { get; init; } = new Dictionary<string, ISink>();

    /// <summary>Detectors with the plugin they came from.</summary>
    public IReadOnlyList<(string Plugin, ILeakDetector Detector)> Detectors { get; init; } = [];

    /// <summary>Loaded and refused plugins, as events.</summary>
    public IReadOnlyList<JournalEvent> Facts { get; init; } = [];

    /// <summary>Plugin ids and their state: <c>active</c> or <c>refused</c>.</summary>
    public IReadOnlyDictionary<string, string> States { get; init; } = new Dictionary<string, string>();
}
