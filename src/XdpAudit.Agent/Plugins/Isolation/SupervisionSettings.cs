namespace XdpAudit.Agent;

/// <summary>How processes of plugins are watched.</summary>
public sealed record SupervisionSettings
{
    /// <summary>The program that hosts a plugin, as it lies beside the auditor's own.</summary>
    public string HostProgram { get; init; } = Path.Combine(AppContext.BaseDirectory, "host", "XdpAudit.PluginHost");

    /// <summary>How long a process may take until its plugin is activated.</summary>
    public TimeSpan StartDeadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a process is asked whether it lives.</summary>
    public TimeSpan HealthEvery { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long it may take to say so.</summary>
    public TimeSpan HealthDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The wait before the first restart; each further one waits twice as long.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait before a restart.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>With so many faults within <see cref="FaultWindow"/> a plugin is quarantined.</summary>
    public int FaultsToQuarantine { get; init; } = 5;

    /// <summary>Faults before that are forgotten.</summary>
    public TimeSpan FaultWindow { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Resident memory, bytes, above which a process is ended, where the plugin's setting <c>memory_mb</c> says nothing else.</summary>
    public long MemoryBytes { get; init; } = 512L * 1024 * 1024;
}

/// <summary>What is started.</summary>
/// <param name="Id">The plugin's id.</param>
/// <param name="Entry">Path of its main assembly.</param>
/// <param name="Options">Its settings.</param>
/// <param name="Sha256">Digest of its folder.</param>
/// <param name="MemoryBytes">Resident memory, bytes, above which its process is ended.</param>
internal sealed record PluginLaunch(string Id, string Entry, IReadOnlyDictionary<string, string?> Options, string Sha256, long MemoryBytes);
