namespace XdpAudit.Abstractions;

/// <summary>Why a plugin is not loaded. It was found before any code of the plugin ran.</summary>
public sealed record PluginRefusal
{
    /// <summary>One of <see cref="PluginRefusalCode"/>.</summary>
    public required string Code { get; init; }

    /// <summary>The file or folder it is about.</summary>
    public required string Path { get; init; }

    /// <summary>What it must be; null where the sentence says all.</summary>
    public string? Expected { get; init; }

    /// <summary>What it is; null where the sentence says all.</summary>
    public string? Actual { get; init; }

    /// <summary>In a sentence; lower case, no full stop.</summary>
    public required string Why { get; init; }

    /// <summary>What to do or to type.</summary>
    public required string Remedy { get; init; }
}

/// <summary>Codes of <see cref="PluginRefusal"/>, in the order of the checks. Stable.</summary>
public static class PluginRefusalCode
{
    /// <summary>The allow-list itself cannot be trusted, read or understood; nothing loads then.</summary>
    public const string List = "PLG-LIST";

    /// <summary>A file, folder or directory above belongs to somebody who is not trusted.</summary>
    public const string Owner = "PLG-OWNER";

    /// <summary>A file, folder or directory above can be written by others than its owner.</summary>
    public const string Mode = "PLG-MODE";

    /// <summary>A symbolic link, in the folder or on the way to it.</summary>
    public const string Symlink = "PLG-SYMLINK";

    /// <summary>Neither a regular file nor a directory.</summary>
    public const string Type = "PLG-TYPE";

    /// <summary>A file with setuid or setgid.</summary>
    public const string Suid = "PLG-SUID";

    /// <summary>A file name that cannot be listed, or two that differ in case only.</summary>
    public const string Name = "PLG-NAME";

    /// <summary>More, larger or deeper than a plugin is.</summary>
    public const string Size = "PLG-SIZE";

    /// <summary>A plugin, or a file in its folder, that the allow-list does not name.</summary>
    public const string Unlisted = "PLG-UNLISTED";

    /// <summary>A folder, or a file in it, that the allow-list names and that is not there.</summary>
    public const string Missing = "PLG-MISSING";

    /// <summary>Something was not permitted to be read.</summary>
    public const string Read = "PLG-READ";

    /// <summary>It changed while it was checked.</summary>
    public const string Race = "PLG-RACE";

    /// <summary>A file has other bytes than were approved.</summary>
    public const string Hash = "PLG-HASH";

    /// <summary>The folder's own SHA256SUMS says something else than its files.</summary>
    public const string Sums = "PLG-SUMS";

    /// <summary>plugin.json is missing, wrong, or not what was approved.</summary>
    public const string Manifest = "PLG-MANIFEST";

    /// <summary>A file that makes the loader look elsewhere.</summary>
    public const string Probing = "PLG-PROBING";

    /// <summary>The main assembly is none, or no plugin.</summary>
    public const string Entry = "PLG-ENTRY";

    /// <summary>Built with another major or a later version of the contract.</summary>
    public const string Contract = "PLG-CONTRACT";

    /// <summary>An own copy of an assembly that the auditor shares with its plugins.</summary>
    public const string PrivateContract = "PLG-PRIVATE-CONTRACT";

    /// <summary>An assembly that is referenced is neither in the folder nor shared nor part of .NET.</summary>
    public const string Deps = "PLG-DEPS";

    /// <summary>Native code that was not allowed.</summary>
    public const string Native = "PLG-NATIVE";

    /// <summary>The private copy that is loaded cannot be made.</summary>
    public const string Copy = "PLG-COPY";
}
