namespace XdpAudit.Core;

/// <summary>An event about a plugin. In the server's journal.</summary>
public abstract record PluginEvent(string Plugin) : JournalEvent
{
    /// <summary>The prefix of a plugin's key.</summary>
    public const string Kind = "plugin";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [$"{Kind}/{Plugin}"];
}

/// <summary>A plugin was loaded.</summary>
/// <param name="Plugin">Its id.</param>
/// <param name="Version">Its assembly's informational version.</param>
/// <param name="Sha256">Digest of its main assembly, lower-case hexadecimal.</param>
/// <param name="Brings">What it brings: <c>executor</c>, <c>detector</c>, <c>sink</c>.</param>
public sealed record PluginLoaded(string Plugin, string Version, string Sha256, IReadOnlyList<string> Brings) : PluginEvent(Plugin);

/// <summary>A plugin was not loaded, and why.</summary>
public sealed record PluginRefused(string Plugin, string Code, string Why) : PluginEvent(Plugin);

/// <summary>A plugin threw or broke its contract.</summary>
public sealed record PluginFaulted(string Plugin, string During, string Why) : PluginEvent(Plugin);
