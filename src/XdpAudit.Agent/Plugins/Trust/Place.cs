using XdpAudit.Kernel;

namespace XdpAudit.Agent;

/// <summary>The way to a folder or file: every directory on it must be one that nobody but a trusted owner can turn elsewhere.</summary>
internal sealed class Place(TrustedOwners trusted)
{
    /// <summary>Goes there from the root, name by name, and says what is wrong on the way.</summary>
    /// <param name="path">Absolute, without <c>.</c> and <c>..</c>.</param>
    /// <param name="asFolder">The last directory is a plugin's own folder: even a sticky one will not do.</param>
    /// <param name="wrong">What is wrong is added here.</param>
    /// <returns>The directory, held; null when the way ends before.</returns>
    internal HeldDirectory? Enter(string path, bool asFolder, List<PluginRefusal> wrong)
    {
        var held = HeldDirectory.Root();
        try
        {
            var names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
            Judge(held.Status(), "/", isFolder: asFolder && names.Length == 0, wrong);
            for (var i = 0; i < names.Length; i++)
            {
                if (Next(held, names[i], asFolder && i == names.Length - 1, wrong) is not { } next)
                {
                    held.Dispose();
                    return null;
                }

                held.Dispose();
                held = next;
            }

            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Whether its owner is trusted and nobody else may write it. Links have no mode of their own.</summary>
    internal void Judge(FileStatus status, string path, bool isFolder, List<PluginRefusal> wrong)
    {
        if (status.Kind == InodeKind.Directory && !isFolder && trusted.IsAboveProgram(path))
        {
            return;
        }

        if (!trusted.Trusts(status.Uid))
        {
            wrong.Add(PluginRefusals.Owner(path, status.Uid, trusted));
        }
        else if (status is { IsWritableByOthers: true, Kind: not InodeKind.SymbolicLink })
        {
            // In root's sticky directories, as /tmp, others may put files of their own; they can neither rename nor remove one of a trusted owner.
            var shared = status is { Uid: 0, IsSticky: true, Kind: InodeKind.Directory };
            if (isFolder && shared)
            {
                wrong.Add(PluginRefusals.OpenToAll(path, status.Mode));
            }
            else if (!shared)
            {
                wrong.Add(PluginRefusals.Mode(path, status.Mode));
            }
        }
    }

    private HeldDirectory? Next(HeldDirectory above, string name, bool isFolder, List<PluginRefusal> wrong)
    {
        var path = Path.Combine(above.Path, name);
        if (above.Look(name) is not { } seen)
        {
            wrong.Add(PluginRefusals.NotThere(path));
            return null;
        }

        Judge(seen, path, isFolder, wrong);
        if (seen.Kind != InodeKind.Directory)
        {
            wrong.Add(seen.Kind == InodeKind.SymbolicLink ? PluginRefusals.Symlink(path) : PluginRefusals.Type(path, seen.Kind, "directory"));
            return null;
        }

        var entered = above.Enter(name);
        if (entered?.Status().Identity == seen.Identity)
        {
            return entered;
        }

        wrong.Add(PluginRefusals.Race(path));
        entered?.Dispose();
        return null;
    }
}
