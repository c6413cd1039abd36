using System.Globalization;
using XdpAudit.Kernel;

namespace XdpAudit.Agent;

/// <summary>Everything that is in a plugin's folder and below it, with the directories held until it was read.</summary>
internal sealed class FolderListing : IDisposable
{
    private const int MostEntries = 2000;
    private const int MostLevels = 12;

    private readonly List<HeldDirectory> _held = [];
    private readonly List<FolderEntry> _entries = [];
    private readonly List<PluginRefusal> _wrong = [];

    private FolderListing(HeldDirectory folder) => Folder = folder;

    /// <summary>The folder itself.</summary>
    internal HeldDirectory Folder { get; }

    /// <summary>Files and directories below it, in the order of their names.</summary>
    internal IReadOnlyList<FolderEntry> Entries => _entries;

    /// <summary>Names that cannot be listed, and more than a plugin has.</summary>
    internal IReadOnlyList<PluginRefusal> Wrong => _wrong;

    /// <summary>Lists it; takes the directory over.</summary>
    internal static FolderListing Of(HeldDirectory folder)
    {
        var listing = new FolderListing(folder);
        try
        {
            listing.List(folder, "", 1);
        }
        catch
        {
            listing.Dispose();
            throw;
        }

        listing._entries.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        foreach (var alike in listing._entries.GroupBy(e => e.Name, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
        {
            // Assemblies are found without regard to case: which of them would be loaded is anybody's guess.
            listing._wrong.Add(PluginRefusals.Name(folder.Path, $"the names {string.Join(" and ", alike.Select(e => $"'{PluginRefusals.Shown(e.Name)}'"))} in '{PluginRefusals.Shown(folder.Path)}' differ in case only"));
        }

        return listing;
    }

    public void Dispose()
    {
        _held.ForEach(d => d.Dispose());
        Folder.Dispose();
    }

    private void List(HeldDirectory directory, string prefix, int level)
    {
        foreach (var name in directory.Names())
        {
            if (_entries.Count >= MostEntries)
            {
                _wrong.Add(PluginRefusals.Size(Folder.Path, "holds too many files", string.Create(CultureInfo.InvariantCulture, $"{MostEntries}")));
                return;
            }

            if (name is null || PluginRefusals.Shown(name) != name)
            {
                _wrong.Add(PluginRefusals.Name(directory.Path, $"a name in '{PluginRefusals.Shown(directory.Path)}' cannot be listed: {(name is null ? "it is no UTF-8" : $"'{PluginRefusals.Shown(name)}' has characters that cannot be printed")}"));
                continue;
            }

            if (directory.Look(name) is not { } seen)
            {
                _wrong.Add(PluginRefusals.Race(Path.Combine(directory.Path, name)));
                continue;
            }

            _entries.Add(new(prefix + name, name, seen, directory));
            if (seen.Kind == InodeKind.Directory)
            {
                Below(directory, name, prefix, seen, level);
            }
        }
    }

    private void Below(HeldDirectory directory, string name, string prefix, FileStatus seen, int level)
    {
        if (level >= MostLevels)
        {
            _wrong.Add(PluginRefusals.Size(Path.Combine(directory.Path, name), "is too deep", string.Create(CultureInfo.InvariantCulture, $"{MostLevels} levels of directories")));
        }
        else if (directory.Enter(name) is not { } below)
        {
            _wrong.Add(PluginRefusals.Race(Path.Combine(directory.Path, name)));
        }
        else
        {
            _held.Add(below);
            if (below.Status().Identity == seen.Identity)
            {
                List(below, $"{prefix}{name}/", level + 1);
            }
            else
            {
                _wrong.Add(PluginRefusals.Race(below.Path));
            }
        }
    }
}

/// <summary>A file or directory in a plugin's folder, as it was when it was listed.</summary>
/// <param name="Name">Relative to the folder.</param>
/// <param name="Leaf">In its directory.</param>
/// <param name="Seen">What it was.</param>
/// <param name="In">Its directory.</param>
internal sealed record FolderEntry(string Name, string Leaf, FileStatus Seen, HeldDirectory In)
{
    internal string Path => System.IO.Path.Combine(In.Path, Leaf);
}
