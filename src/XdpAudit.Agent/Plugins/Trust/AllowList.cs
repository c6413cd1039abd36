using System.Text.Json;
using System.Text.Json.Serialization;

namespace XdpAudit.Agent;

/// <summary>Which plugins may be loaded, and of which bytes: the operator's word, or that of whoever made the package.</summary>
public sealed record AllowList
{
    /// <summary>Its name in the plugins' directory and in <c>/etc/xdpaudit</c>.</summary>
    public const string FileName = "plugins.allow.json";

    /// <summary>The form of this file: 1.</summary>
    public required int Schema { get; init; }

    /// <summary>The plugins, by id; no id twice.</summary>
    public required IReadOnlyList<AllowEntry> Plugins { get; init; }

    /// <summary>An empty one.</summary>
    public static AllowList Empty { get; } = new() { Schema = 1, Plugins = [] };

    /// <summary>The entry of an id; null when there is none.</summary>
    public AllowEntry? this[string id] => Plugins.FirstOrDefault(p => p.Id == id);
}

/// <summary>What was approved of one plugin.</summary>
public sealed record AllowEntry
{
    /// <summary>The digest of a file is written with this before it.</summary>
    public const string DigestPrefix = "sha256:";

    /// <summary>The plugin's id, as in its plugin.json.</summary>
    public required string Id { get; init; }

    /// <summary>Its version.</summary>
    public required string Version { get; init; }

    /// <summary>One of <see cref="PluginKind"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>False: it is not loaded.</summary>
    public required bool Enabled { get; init; }

    /// <summary>Its folder: an absolute path, or the name of a folder beside the list.</summary>
    public required string Path { get; init; }

    /// <summary>The file name of its main assembly.</summary>
    public required string Entry { get; init; }

    /// <summary>One of <see cref="PluginIsolation"/>. Where plugin.json asks for more isolation, it gets that.</summary>
    public required string Isolation { get; init; }

    /// <summary>Native libraries it may call, and native files of its own, by name.</summary>
    public required IReadOnlyList<string> AllowNative { get; init; }

    /// <summary>It may do so inside the auditor.</summary>
    public bool NativeInProcess { get; init; }

    /// <summary>Every file of its folder by its name, with <c>sha256:</c> and the digest in lower-case hexadecimal.</summary>
    public required IReadOnlyDictionary<string, string> Files { get; init; }

    /// <summary>Who approved it.</summary>
    public required string ApprovedBy { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset ApprovedAt { get; init; }

    /// <summary>Why; null when not said.</summary>
    public string? Reason { get; init; }

    /// <summary>Its files as elsewhere.</summary>
    [JsonIgnore]
    public IReadOnlyList<PluginFile> Digests => [.. Files.Select(f => new PluginFile(f.Key, f.Value[DigestPrefix.Length..]))];

    /// <summary>Digest of the approved folder.</summary>
    [JsonIgnore]
    public string Sha256 => FolderDigest.Of(Digests);

    /// <summary>Where its folder is, for a list in this directory.</summary>
    public string FolderIn(string directory) => System.IO.Path.Combine(directory, Path);
}

/// <summary>The JSON of an allow-list: snake_case, and strict: what is not understood allows nothing.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AllowList))]
internal sealed partial class AllowListJson : JsonSerializerContext;
