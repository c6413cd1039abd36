namespace XdpAudit.Agent;

/// <summary>A plugin that passed all checks and lies in a copy that nobody else can write: what may be activated, and nothing else may.</summary>
public sealed record VerifiedPlugin
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>What it says of itself; agrees with what was approved.</summary>
    public required PluginManifest Manifest { get; init; }

    /// <summary>The private copy of its folder; the approved one is not read again.</summary>
    public required string Folder { get; init; }

    /// <summary>Its main assembly in the copy.</summary>
    public required string EntryPath { get; init; }

    /// <summary>Digest of the folder; lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Where it is to run: one of <see cref="PluginIsolation"/>.</summary>
    public required string Isolation { get; init; }

    /// <summary>Native libraries it may use.</summary>
    public required IReadOnlyList<string> AllowNative { get; init; }

    /// <summary>Who said so.</summary>
    public required PluginApproval Approval { get; init; }
}

/// <summary>Somebody's word that a plugin may be loaded.</summary>
/// <param name="By">Who.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Reason">Why; null when not said.</param>
/// <param name="AllowList">The list that holds it.</param>
/// <param name="Folder">The folder it speaks of.</param>
/// <param name="Overrides">Version of the shipped plugin whose place it takes; null when it takes none.</param>
public sealed record PluginApproval(string By, DateTimeOffset At, string? Reason, string AllowList, string Folder, string? Overrides);
