namespace XdpAudit.Abstractions;

/// <summary>A plugin that the auditor was told of, loaded or not.</summary>
public sealed record PluginView
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary><c>approved</c> (it would be loaded), <c>active</c>, <c>refused</c>, <c>restarting</c>, <c>faulted</c>, <c>quarantined</c> or <c>disabled</c>.</summary>
    public required string State { get; init; }

    /// <summary>Why it is not active; null when it is.</summary>
    public string? Why { get; init; }

    /// <summary>Code of <see cref="PluginRefusalCode"/> when it was refused before it was loaded.</summary>
    public string? Code { get; init; }

    /// <summary>What to do or to type; null when nothing needs to be done.</summary>
    public string? Remedy { get; init; }

    /// <summary>Its version, as approved.</summary>
    public string Version { get; init; } = "";

    /// <summary>One of <see cref="PluginKind"/>; empty when nothing is known of it.</summary>
    public string Kind { get; init; } = "";

    /// <summary>One of <see cref="PluginIsolation"/>: where it runs, or would.</summary>
    public string Isolation { get; init; } = "";

    /// <summary>Digest of its folder as approved: SHA-256 over the lines of SHA256SUMS, sorted by name; lower-case hexadecimal.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>Its folder.</summary>
    public string Path { get; init; } = "";

    /// <summary>The allow-list that names it.</summary>
    public string AllowList { get; init; } = "";

    /// <summary>It ships with the auditor and no entry of the operator's takes its place.</summary>
    public bool Shipped { get; init; }

    /// <summary>Version of the shipped plugin of the same id whose place it takes; null when it takes none.</summary>
    public string? Overrides { get; init; }

    /// <summary>Who approved it.</summary>
    public string ApprovedBy { get; init; } = "";

    /// <summary>When, UTC.</summary>
    public DateTimeOffset? ApprovedAt { get; init; }

    /// <summary>Why, in that person's words; null when not said.</summary>
    public string? Reason { get; init; }

    /// <summary>What it is for; empty until it was verified.</summary>
    public string Description { get; init; } = "";

    /// <summary>Whom to ask; empty until it was verified.</summary>
    public string Owner { get; init; } = "";

    /// <summary>The version of the contract it was built with, <c>MAJOR.MINOR</c>; empty until it was verified.</summary>
    public string Contract { get; init; } = "";

    /// <summary>Native libraries it may call.</summary>
    public IReadOnlyList<string> AllowNative { get; init; } = [];

    /// <summary>Linux capabilities it asks for.</summary>
    public IReadOnlyList<string> LinuxCapabilities { get; init; } = [];

    /// <summary>Its files with their approved digests.</summary>
    public IReadOnlyList<PluginFile> Files { get; init; } = [];
}

/// <summary>A file of a plugin's folder.</summary>
/// <param name="Name">Relative to the folder, with / between directories.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
public sealed record PluginFile(string Name, string Sha256);
