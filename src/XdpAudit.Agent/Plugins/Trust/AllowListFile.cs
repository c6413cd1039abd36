using System.Text.Json;

namespace XdpAudit.Agent;

/// <summary>An allow-list on disk, changed as a whole: whoever reads it meanwhile, or after a crash, finds the old one or the new one.</summary>
public sealed class AllowListFile(string path, TrustedOwners trusted)
{
    /// <summary>The list as it is; an empty one where there is no file.</summary>
    /// <exception cref="AllowListException">It cannot be trusted, read or understood.</exception>
    public AllowList Read()
    {
        var (list, _, wrong) = AllowListReader.Read(path, trusted);
        return wrong is null ? list ?? AllowList.Empty : throw new AllowListException(wrong);
    }

    /// <summary>Puts an entry in, or in the place of the one of its id.</summary>
    public void Put(AllowEntry entry) => Change(list => [.. list.Where(p => p.Id != entry.Id), entry]);

    /// <summary>Takes an id out; false when it was not there.</summary>
    public bool Remove(string id)
    {
        var there = Read()[id] is not null;
        if (there)
        {
            Change(list => list.Where(p => p.Id != id));
        }

        return there;
    }

    /// <summary>Puts all of a list in the place of what is there.</summary>
    public void Write(IEnumerable<AllowEntry> entries)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        var draft = $"{path}.new-{Guid.NewGuid():N}";
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
        };
        try
        {
            using (var file = new FileStream(draft, options))
            {
                JsonSerializer.Serialize(file, new() { Schema = 1, Plugins = [.. entries.OrderBy(e => e.Id, StringComparer.Ordinal)] }, AllowListJson.Default.AllowList);
                file.Flush(flushToDisk: true);
            }

            File.Move(draft, path, overwrite: true);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }

    private void Change(Func<IReadOnlyList<AllowEntry>, IEnumerable<AllowEntry>> change) => Write(change(Read().Plugins));
}

/// <summary>An allow-list that cannot be used, and why.</summary>
public sealed class AllowListException(PluginRefusal refusal) : Exception(refusal.Why)
{
    /// <summary>With what to do.</summary>
    public PluginRefusal Refusal { get; } = refusal;
}
