namespace XdpAudit.Testing;

/// <summary>A directory of plugins as a package brings it: copies of what the build made, and the allow-list that the auditor's program writes of them.</summary>
internal static class Shipped
{
    // .../artifacts/bin/PROJECT/debug/
    private static readonly string _configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
    private static readonly string _bin = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../.."));

    /// <summary>The auditor's program.</summary>
    internal static string Server { get; } = $"{_bin}/XdpAudit.Server/{_configuration}/XdpAudit.Server";

    /// <summary>What a plugin's build made.</summary>
    internal static string Folder(string name) => $"{_bin}/XdpAudit.Plugins.{name}/{_configuration}";

    /// <summary>A copy of a program, with what lies beside it, where any user may run it: a checkout can be below a directory that is root's alone.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="folder">Where; others may pass through it then.</param>
    internal static string ForAnyone(string program, string folder)
    {
        var copy = $"{folder}/{Path.GetFileName(program)}.copy";
        if (!Directory.Exists(copy))
        {
            Shell.Run("chmod", "a+x", folder);
            Shell.Run("cp", "-r", Path.GetDirectoryName(program)!, copy);
            Shell.Run("chmod", "-R", "a+rX", copy);
        }

        return $"{copy}/{Path.GetFileName(program)}";
    }

    /// <summary>Makes it once.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="names">Last words of the plugins' projects.</param>
    /// <param name="enabled">Ids that are loaded unasked, with commas.</param>
    internal static string In(string folder, IEnumerable<string> names, string enabled)
    {
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            foreach (var name in names)
            {
                Shell.Run("cp", "-r", Folder(name), $"{folder}/XdpAudit.Plugins.{name}");
            }

            Shell.Run("chmod", "-R", "go-w", folder);
            Shell.Run(Server, "plugin", "ship", folder, "--enabled", enabled);
        }

        return folder;
    }
}
