namespace XdpAudit.Core;

/// <summary>An event about a plugin. In the server's journal.</summary>
public abstract record PluginEvent(string Plugin) : JournalEvent
{
    /// <summary>The prefix of a plugin's key.</summary>
    public const string Kind = "plugin";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [$"{Kind}/{Plugin}"];
}

/// <summary>Somebody let a plugin be loaded; found in an allow-list when the auditor started.</summary>
/// <param name="Plugin">Its id.</param>
/// <param name="Version">Its version.</param>
/// <param name="Sha256">Digest of its folder, lower-case hexadecimal.</param>
/// <param name="By">Who, as the list says.</param>
/// <param name="At">When, UTC, as the list says.</param>
/// <param name="Reason">Why; null when not said.</param>
/// <param name="AllowList">The list.</param>
/// <param name="Folder">The approved folder.</param>
/// <param name="Isolation">Where it may run: one of <see cref="PluginIsolation"/>.</param>
/// <param name="AllowNative">Native libraries it may use.</param>
public sealed record PluginApproved(
    string Plugin, string Version, string Sha256, string By, DateTimeOffset At, string? Reason, string AllowList, string Folder, string Isolation, IReadOnlyList<string> AllowNative) : PluginEvent(Plugin);

/// <summary>A plugin was loaded.</summary>
/// <param name="Plugin">Its id.</param>
/// <param name="Version">Its assembly's informational version.</param>
/// <param name="Sha256">Digest of its folder: SHA-256 over the lines of SHA256SUMS, sorted by name; lower-case hexadecimal.</param>
/// <param name="Brings">What it brings: <c>executor</c>, <c>sensor</c>, <c>detector</c>, <c>sink</c>.</param>
public sealed record PluginLoaded(string Plugin, string Version, string Sha256, IReadOnlyList<string> Brings) : PluginEvent(Plugin)
{
    /// <summary>Where it runs: one of <see cref="PluginIsolation"/>; null in events of before there was a choice.</summary>
    public string? Isolation { get; init; }

    /// <summary>Names this life of it; null in events of before plugins had lives of their own.</summary>
    public string? Epoch { get; init; }

    /// <summary>Its process, where it has one of its own.</summary>
    public int? Pid { get; init; }

    /// <summary>Who approved it.</summary>
    public string? ApprovedBy { get; init; }

    /// <summary>When, UTC.</summary>
    public DateTimeOffset? ApprovedAt { get; init; }

    /// <summary>The allow-list that names it.</summary>
    public string? AllowList { get; init; }

    /// <summary>The approved folder.</summary>
    public string? Folder { get; init; }
}

/// <summary>A plugin was not loaded, and why.</summary>
public sealed record PluginRefused(string Plugin, string Code, string Why) : PluginEvent(Plugin)
{
    /// <summary>What to do or to type; null in events of before remedies were kept.</summary>
    public string? Remedy { get; init; }
}

/// <summary>A plugin threw or broke its contract.</summary>
public sealed record PluginFaulted(string Plugin, string During, string Why) : PluginEvent(Plugin);

/// <summary>A plugin's process ended, and another was started.</summary>
/// <param name="Plugin">Its id.</param>
/// <param name="Epoch">Names the new life.</param>
/// <param name="Pid">The new process.</param>
/// <param name="Faults">Its faults within the window by now.</param>
public sealed record PluginRestarted(string Plugin, string Epoch, int Pid, int Faults) : PluginEvent(Plugin);

/// <summary>A plugin failed too often: it is left alone until the auditor starts again.</summary>
/// <param name="Plugin">Its id.</param>
/// <param name="Faults">Its faults within the window.</param>
/// <param name="Why">In words.</param>
public sealed record PluginQuarantined(string Plugin, int Faults, string Why) : PluginEvent(Plugin);
