using XdpAudit.Kernel;

namespace XdpAudit.Agent;

/// <summary>
/// All checks of one plugin's folder, in their order. Whoever asks for the first refusal only has none of the later checks run: nothing looks into a
/// file whose owner is not trusted. No check runs any code of the plugin.
/// </summary>
internal sealed class Examination(string folder, AllowEntry? entry, TrustedOwners trusted) : IDisposable
{
    private FolderListing? _listing;

    /// <summary>What was read; null before that, and when it could not be.</summary>
    internal Examined? Found { get; private set; }

    /// <summary>What is wrong, in the order of the checks; each runs when it is asked for.</summary>
    internal IEnumerable<PluginRefusal> Run() => Bytes().Concat(new Func<Examined, IEnumerable<PluginRefusal>>[]
    {
        SumsCheck.Run, ManifestCheck.Run, ProbingCheck.Run, ContractCheck.Run, PrivateContractCheck.Run, DependencyCheck.Run, NativeCheck.Run,
    }.SelectMany(check => Found is { } found ? check(found) : []));

    /// <summary>The first of them: whether these are the approved bytes, out of everybody's reach.</summary>
    internal IEnumerable<PluginRefusal> Bytes() =>
        new Func<IEnumerable<PluginRefusal>>[] { Enter, Owners, Types, () => _listing?.Wrong ?? [], Listed, Read }.SelectMany(Readable);

    public void Dispose() => _listing?.Dispose();

    private List<PluginRefusal> Enter()
    {
        var wrong = new List<PluginRefusal>();
        if (new Place(trusted).Enter(folder, asFolder: true, wrong) is { } held)
        {
            _listing = FolderListing.Of(held);
        }

        return wrong;
    }

    private List<PluginRefusal> Owners()
    {
        var wrong = new List<PluginRefusal>();
        var place = new Place(trusted);
        foreach (var below in _listing?.Entries ?? [])
        {
            place.Judge(below.Seen, below.Path, isFolder: true, wrong);
        }

        return wrong;
    }

    private IEnumerable<PluginRefusal> Types()
    {
        foreach (var below in _listing?.Entries ?? [])
        {
            if (below.Seen.Kind == InodeKind.SymbolicLink)
            {
                yield return PluginRefusals.Symlink(below.Path);
            }
            else if (below.Seen.Kind is not (InodeKind.Regular or InodeKind.Directory))
            {
                yield return PluginRefusals.Type(below.Path, below.Seen.Kind, "regular file");
            }
            else if (below.Seen is { Kind: InodeKind.Regular, IsSetId: true })
            {
                yield return PluginRefusals.Suid(below.Path, below.Seen.Mode);
            }
        }
    }

    private IEnumerable<PluginRefusal> Listed()
    {
        if (_listing is null || entry is null)
        {
            return [];
        }

        var there = _listing.Entries.Where(e => e.Seen.Kind != InodeKind.Directory).ToDictionary(e => e.Name);
        return
        [
            .. there.Values.Where(e => !entry.Files.ContainsKey(e.Name)).Select(e => PluginRefusals.UnlistedFile(e.Path, folder)),
            .. entry.Files.Keys.Where(n => !there.ContainsKey(n)).Order(StringComparer.Ordinal).Select(n => PluginRefusals.MissingFile(Path.Combine(folder, n), folder)),
        ];
    }

    private List<PluginRefusal> Read()
    {
        var wrong = new List<PluginRefusal>();
        if (_listing is not null)
        {
            var content = FolderContent.Read(_listing, wrong);
            Found = new(content, entry);
            wrong.AddRange(content.Files
                .Where(f => entry?.Files.TryGetValue(f.Name, out var approved) == true && approved != AllowEntry.DigestPrefix + f.Sha256)
                .Select(f => PluginRefusals.Hash(content.PathOf(f), folder, entry!.Files[f.Name][AllowEntry.DigestPrefix.Length..], f.Sha256)));
        }

        return wrong;
    }

    private List<PluginRefusal> Readable(Func<IEnumerable<PluginRefusal>> stage)
    {
        try
        {
            return [.. stage()];
        }
        catch (KernelException cause)
        {
            return [PluginRefusals.Unreadable(folder, cause.Message)];
        }
    }
}
