using System.Globalization;
using XdpAudit.Kernel;

namespace XdpAudit.Agent;

/// <summary>The bytes of a plugin's files, each read once from one descriptor: what is hashed, looked into and copied is the same.</summary>
internal sealed class FolderContent
{
    private const long MostOfOne = 128L << 20;
    private const long MostOfAll = 512L << 20;

    private FolderContent(string path, IReadOnlyList<FileContent> files)
    {
        (Path, Files) = (path, files);
        Sha256 = FolderDigest.Of(files.Select(f => new PluginFile(f.Name, f.Sha256)));
    }

    /// <summary>The folder.</summary>
    internal string Path { get; }

    /// <summary>Its files, by name.</summary>
    internal IReadOnlyList<FileContent> Files { get; }

    /// <summary>Digest of all of them.</summary>
    internal string Sha256 { get; }

    /// <summary>A file; null when there is none of this name.</summary>
    internal FileContent? this[string name] => Files.FirstOrDefault(f => f.Name == name);

    /// <summary>Where a file is, for people.</summary>
    internal string PathOf(FileContent file) => System.IO.Path.Combine(Path, file.Name);

    /// <summary>Reads them; what was not as it had been listed is added to <paramref name="wrong"/> and left out.</summary>
    internal static FolderContent Read(FolderListing listing, List<PluginRefusal> wrong)
    {
        var files = new List<FileContent>();
        var total = 0L;
        foreach (var entry in listing.Entries.Where(e => e.Seen.Kind == InodeKind.Regular))
        {
            total += entry.Seen.Size;
            if (entry.Seen.Size > MostOfOne || total > MostOfAll)
            {
                wrong.Add(PluginRefusals.Size(entry.Path, "is too large", string.Create(CultureInfo.InvariantCulture, $"{MostOfOne >> 20} MiB a file and {MostOfAll >> 20} MiB in all")));
                break;
            }

            using var file = entry.In.Open(entry.Leaf);
            if (file is not null && file.Status() == entry.Seen && file.Read(entry.Seen.Size) is var bytes && bytes.Length == entry.Seen.Size && file.Status() == entry.Seen)
            {
                files.Add(new(entry.Name, bytes, FolderDigest.Of(bytes)));
            }
            else
            {
                wrong.Add(PluginRefusals.Race(entry.Path));
            }
        }

        return new(listing.Folder.Path, files);
    }
}

/// <summary>A file.</summary>
/// <param name="Name">Relative to the folder.</param>
/// <param name="Bytes">All of it.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
internal sealed record FileContent(string Name, byte[] Bytes, string Sha256)
{
    /// <summary>Its name ends so, whatever the case.</summary>
    internal bool EndsWith(string end) => Name.EndsWith(end, StringComparison.OrdinalIgnoreCase);
}
