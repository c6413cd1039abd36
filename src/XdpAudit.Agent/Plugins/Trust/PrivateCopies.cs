using XdpAudit.Kernel;

namespace XdpAudit.Agent;

/// <summary>
/// Verified bytes as files of the auditor's own, one folder for each digest: what is loaded cannot be changed between check and load, nor cut off
/// under a running auditor. Made anew when anything of it is not as it was left; what nobody needs any more is taken away.
/// </summary>
internal sealed class PrivateCopies(string directory, TrustedOwners trusted)
{
    private const UnixFileMode Ours = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly HashSet<string> _used = [];

    /// <summary>Where the copy of a folder is, or why it could not be made.</summary>
    internal (string? Folder, PluginRefusal? Wrong) Make(FolderContent content)
    {
        try
        {
            if (Prepare() is { } wrong)
            {
                return (null, wrong);
            }

            var copy = Path.Combine(directory, content.Sha256);
            if (!IsWhole(copy, content))
            {
                Remove(copy);
                var made = Path.Combine(directory, $".new-{content.Sha256}");
                Remove(made);
                Write(made, content);
                Directory.Move(made, copy);
            }

            _used.Add(content.Sha256);
            return (copy, null);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or KernelException)
        {
            return (null, PluginRefusals.Copy(directory, $"the plugin cannot be copied to '{PluginRefusals.Shown(directory)}', from where it would be loaded: {cause.Message.TrimEnd('.')}"));
        }
    }

    /// <summary>Takes the copies away that were not asked for; what is still mapped somewhere stays there till the end of that process.</summary>
    internal void Forget()
    {
        foreach (var old in Directory.Exists(directory) ? Directory.GetDirectories(directory).Where(d => !_used.Contains(Path.GetFileName(d))) : [])
        {
            try
            {
                Remove(old);
            }
            catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
            {
                // It is in nobody's way, and the next start tries again.
            }
        }
    }

    // Judged as a plugin's folder is: who can rename a directory on the way could put another copy there.
    private PluginRefusal? Prepare()
    {
        Directory.CreateDirectory(directory, Ours);
        var wrong = new List<PluginRefusal>();
        using var held = new Place(trusted.And(GroupAccess.EffectiveUser())).Enter(RealPath.Follow(directory)?.Path ?? directory, asFolder: true, wrong);
        return wrong.Count > 0 ? PluginRefusals.Copy(wrong[0].Path, $"the copy that is loaded would not be safe in '{PluginRefusals.Shown(directory)}': {wrong[0].Why}") : null;
    }

    private bool IsWhole(string copy, FolderContent content)
    {
        if (!Directory.Exists(copy))
        {
            return false;
        }

        var entry = new AllowEntry
        {
            Id = "", Version = "", Kind = "", Enabled = true, Path = copy, Entry = "", Isolation = "", AllowNative = [], ApprovedBy = "", ApprovedAt = default,
            Files = content.Files.ToDictionary(f => f.Name, f => AllowEntry.DigestPrefix + f.Sha256),
        };
        using var examination = new Examination(RealPath.Follow(copy)?.Path ?? copy, entry, trusted.And(GroupAccess.EffectiveUser()));
        return !examination.Bytes().Any();
    }

    private static void Write(string folder, FolderContent content)
    {
        Directory.CreateDirectory(folder, Ours);
        foreach (var file in content.Files)
        {
            var path = Path.Combine(folder, file.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!, Ours);
            using var stream = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead });
            stream.Write(file.Bytes);
        }
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
