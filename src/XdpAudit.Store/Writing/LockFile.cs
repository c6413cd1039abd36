using System.Globalization;

namespace XdpAudit.Store;

/// <summary>
/// One auditor at a time for a data directory: a lock on a file (flock(2), which .NET takes for FileShare.None) that the kernel lets go when
/// we end, however we end. Who holds it and since when stands in a file beside it, for the message to the second: .NET locks to read as well.
/// </summary>
internal sealed class LockFile : IDisposable
{
    // EWOULDBLOCK (errno(3)): what flock answers when another holds the lock; .NET hands the number on.
    private const int WouldBlock = 11;
    private readonly FileStream _file;

    private LockFile(FileStream file) => _file = file;

    internal static LockFile Take(string directory, TimeProvider time)
    {
        var holder = Path.Combine(directory, "auditor.pid");
        try
        {
            Directory.CreateDirectory(directory);
            var file = new FileStream(Path.Combine(directory, "auditor.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var since = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            File.WriteAllText(holder, $"pid {Environment.ProcessId.ToString(CultureInfo.InvariantCulture)} since {since}");
            return new(file);
        }
        catch (IOException e) when (e.HResult == WouldBlock)
        {
            var who = File.Exists(holder) ? $"the auditor with {File.ReadAllText(holder)}" : "another auditor";
            throw StoreErrors.SecondWriter($"data directory '{directory}'", who);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.DirectoryUnusable(directory, Environment.UserName, e.Message);
        }
    }

    public void Dispose() => _file.Dispose();
}
