namespace XdpAudit.Abstractions;

/// <summary>How a fact is known: the source that told it first, and those that confirmed it.</summary>
public sealed record Knowledge
{
    /// <summary>A sensor saw it happen.</summary>
    public const string Witnessed = "witnessed";

    /// <summary>An enumeration found it.</summary>
    public const string Observed = "observed";

    /// <summary>An executor says it did it.</summary>
    public const string Declared = "declared";

    /// <summary>One of <see cref="Witnessed"/>, <see cref="Observed"/>, <see cref="Declared"/>.</summary>
    public required string How { get; init; }

    /// <summary>What told it: <c>observation:ID</c>, <c>executor:ID</c>, <c>sensor:ID</c>, <c>agent</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Other sources that told the same.</summary>
    public IReadOnlyList<string> ConfirmedBy { get; init; } = [];

    /// <summary>The plugin that told it, as it was at that moment; null when no plugin did.</summary>
    public PluginSource? Plugin { get; init; }
}

/// <summary>Which code of a plugin told something: years later it can still be said which bytes these were.</summary>
/// <param name="Sha256">Digest of the plugin's folder, see <c>plugin_loaded</c>; lower-case hexadecimal.</param>
/// <param name="Epoch">Names the life of the plugin's process or, within the auditor, of its loading.</param>
public sealed record PluginSource(string Sha256, string Epoch);
