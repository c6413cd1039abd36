using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace XdpAudit.Plugins.JsonLines;

/// <summary>
/// The auditor writes with all its rights, so nobody else may choose where to: no symlink on the way, and no directory or file that others may write.
/// What is checked before the opening is checked after it by the kernel's own name of the descriptor.
/// </summary>
internal static class SafePlace
{
    private const UnixFileMode Others = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <exception cref="SinkTrouble">It is not safe, and why.</exception>
    internal static void Check(string path)
    {
        var parent = Path.GetDirectoryName(path);
        for (var directory = parent; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            CheckDirectory(path, directory, directory == parent);
        }

        var file = new FileInfo(path);
        if (file.LinkTarget is not null)
        {
            throw Refused(path, "it is a symlink", "name the file itself");
        }

        if (Directory.Exists(path))
        {
            throw Refused(path, "it is a directory", "name a file in it");
        }

        if (file.Exists && (file.UnixFileMode & Others) != 0)
        {
            throw Refused(path, $"others may write it (mode {Octal(file.UnixFileMode)})", $"chmod go-w '{path}'");
        }
    }

    /// <summary>A descriptor is of the file at a path, and that is still there.</summary>
    internal static bool IsAt(SafeFileHandle file, string path) =>
        new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{file.DangerousGetHandle()}")).LinkTarget == path;

    private static void CheckDirectory(string path, string directory, bool parent)
    {
        var found = new DirectoryInfo(directory);
        if (found.LinkTarget is not null)
        {
            throw Refused(path, $"'{directory}' is a symlink", "name the real path");
        }

        if (!found.Exists)
        {
            throw Refused(path, $"there is no directory '{directory}'", $"mkdir -p -m 0750 '{directory}'");
        }

        // In a sticky directory nobody moves what is another's, but everybody may put a new file there first.
        var mode = found.UnixFileMode;
        var refused = parent ? Others : (mode & UnixFileMode.StickyBit) != 0 ? 0 : UnixFileMode.OtherWrite;
        if ((mode & refused) != 0)
        {
            throw Refused(path, $"others may write '{directory}' (mode {Octal(mode)})", $"chmod go-w '{directory}', or choose another directory");
        }
    }

    private static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, 8).PadLeft(4, '0');

    private static SinkTrouble Refused(string path, string why, string next) => new($"cannot write '{path}': {why}; {next}");
}
