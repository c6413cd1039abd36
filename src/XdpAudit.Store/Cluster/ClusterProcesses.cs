using System.Globalization;

namespace XdpAudit.Store;

/// <summary>Looks in /proc for the processes of a cluster: all of them work in its data directory, and nobody else does.</summary>
internal static class ClusterProcesses
{
    /// <summary>The postmaster, if the process that the pid file names (its first line) is one of this cluster.</summary>
    internal static int? Postmaster(ClusterFiles files)
    {
        try
        {
            var first = File.ReadLines(files.PidFile).FirstOrDefault();
            return int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && WorksIn(pid, files.Data) ? pid : null;
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Is any process of this cluster left, the postmaster or a child that outlived it?</summary>
    internal static bool AnyLeft(ClusterFiles files) => Directory.EnumerateDirectories("/proc")
        .Select(d => int.TryParse(Path.GetFileName(d), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
        .Any(pid => pid > 0 && WorksIn(pid, files.Data));

    private static bool WorksIn(int pid, string data)
    {
        try
        {
            return File.ResolveLinkTarget($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/cwd", false)?.FullName == data;
        }
        catch (IOException)
        {
            return false; // it ended while we looked
        }
        catch (UnauthorizedAccessException)
        {
            return false; // another user's: a cluster's processes are its owner's, whom we may read
        }
    }
}
