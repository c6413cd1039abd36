namespace XdpAudit.Hosting;

/// <summary>What the auditor tells a process that is to host a plugin.</summary>
public sealed record PluginStart
{
    /// <summary>The plugin's id.</summary>
    public required string Id { get; init; }

    /// <summary>Path of its main assembly.</summary>
    public required string Entry { get; init; }

    /// <summary>Its settings, by their paths below its section.</summary>
    public required IReadOnlyDictionary<string, string?> Options { get; init; }

    /// <summary>The auditor's process.</summary>
    public required int AuditorPid { get; init; }

    /// <summary>The least that is logged, as <c>Microsoft.Extensions.Logging.LogLevel</c> numbers it.</summary>
    public required int LogLevel { get; init; }
}

/// <summary>What came of it.</summary>
public sealed record PluginStarted
{
    /// <summary>Code of why it is refused; null when it runs.</summary>
    public string? Code { get; init; }

    /// <summary>Why; null when it runs.</summary>
    public string? Why { get; init; }

    /// <summary>Its assembly's informational version.</summary>
    public string Version { get; init; } = "";

    /// <summary>The kinds of what it brings.</summary>
    public IReadOnlyList<string> Brings { get; init; } = [];

    /// <summary>Its detectors.</summary>
    public IReadOnlyList<HostedDetector> Detectors { get; init; } = [];
}

/// <summary>A detector in another process.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Rules">The rules it may report.</param>
public sealed record HostedDetector(string Id, IReadOnlyList<string> Rules);
