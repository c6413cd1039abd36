namespace XdpAudit.Agent;

/// <summary>What the checks of a folder's content know: the bytes, what they say, and what was approved of them.</summary>
internal sealed class Examined(FolderContent content, AllowEntry? entry)
{
    /// <summary>The bytes.</summary>
    internal FolderContent Content => content;

    /// <summary>What was approved; null when nothing was yet.</summary>
    internal AllowEntry? Entry => entry;

    /// <summary>Its plugin.json, once that was read.</summary>
    internal PluginManifest? Manifest { get; set; }

    /// <summary>Every managed assembly, whatever its file is called.</summary>
    internal IReadOnlyList<AssemblyFacts> Assemblies => field ??= [.. content.Files.Select(AssemblyFacts.Read).OfType<AssemblyFacts>()];

    /// <summary>The main assembly's file.</summary>
    internal string? Main => entry?.Entry ?? Manifest?.Entry;

    /// <summary>Who asks for more isolation is heard: inside the auditor only where both say so.</summary>
    internal string Isolation => Manifest?.Isolation == PluginIsolation.InProcess && entry?.Isolation is null or PluginIsolation.InProcess ? PluginIsolation.InProcess : PluginIsolation.Process;

    /// <summary>Native libraries it may use: those that were approved, or before that those it names itself.</summary>
    internal IReadOnlyList<string> AllowNative => entry?.AllowNative ?? Manifest?.NativeLibraries ?? [];
}
