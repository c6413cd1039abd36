namespace XdpAudit.Abstractions;

/// <summary>What <c>plugin verify</c> and <c>plugin approve</c> found in a folder, without running anything of it.</summary>
public sealed record PluginReport
{
    /// <summary>The folder.</summary>
    public required string Path { get; init; }

    /// <summary>No check failed.</summary>
    public required bool Ok { get; init; }

    /// <summary>All checks that failed, in their order; the first is the one for which it would be refused.</summary>
    public IReadOnlyList<PluginRefusal> Refusals { get; init; } = [];

    /// <summary>What is allowed and rarely right.</summary>
    public IReadOnlyList<PluginWarning> Warnings { get; init; } = [];

    /// <summary>Its plugin.json; null when that cannot be read.</summary>
    public PluginManifest? Manifest { get; init; }

    /// <summary>The allow-list whose entry it was checked against; null when none names this folder.</summary>
    public string? AllowList { get; init; }

    /// <summary>Where it would run; see <see cref="PluginIsolation"/>.</summary>
    public string Isolation { get; init; } = "";

    /// <summary>Digest of the folder; empty when not all of it could be read.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>Its files.</summary>
    public IReadOnlyList<PluginReportFile> Files { get; init; } = [];

    /// <summary>Its assemblies, and what they need.</summary>
    public IReadOnlyList<PluginAssembly> Assemblies { get; init; } = [];

    /// <summary>What its kind promises, tried on it; null when that was not asked for.</summary>
    public IReadOnlyList<PluginPromise>? Promises { get; init; }
}

/// <summary>A promise of a plugin's kind.</summary>
/// <param name="Promise">The promise, a sentence.</param>
/// <param name="Broken">How it is broken; null when it is kept.</param>
public sealed record PluginPromise(string Promise, string? Broken);

/// <summary>A file, and what became of it since it was approved.</summary>
/// <param name="Name">Relative to the folder.</param>
/// <param name="Sha256">Lower-case hexadecimal; empty for one that is gone.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Change"><c>same</c>, <c>added</c>, <c>changed</c> or <c>removed</c>, against the approved version; <c>new</c> when there is none.</param>
public sealed record PluginReportFile(string Name, string Sha256, long Bytes, string Change);

/// <summary>An assembly in a plugin's folder.</summary>
/// <param name="File">Its file.</param>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="References">What it references: name and version.</param>
/// <param name="Native">Libraries it calls by P/Invoke.</param>
public sealed record PluginAssembly(string File, string Name, string Version, IReadOnlyList<string> References, IReadOnlyList<string> Native);

/// <summary>Something an author should think about again.</summary>
/// <param name="File">The assembly.</param>
/// <param name="What">What it does, in a few words: <c>async void OnTick</c>.</param>
/// <param name="Why">What follows from it.</param>
public sealed record PluginWarning(string File, string What, string Why);
