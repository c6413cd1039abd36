using System.Globalization;
using System.Text;

namespace XdpAudit.Store;

/// <summary>
/// One auditor at a time for a data directory: a lock on a file (flock(2), which .NET takes for FileShare.None) that the kernel lets go when
/// we end, however we end. Inside stand who holds it and since when, for the message to the second.
/// </summary>
internal sealed class LockFile : IDisposable
{
    private readonly FileStream _file;

    private LockFile(FileStream file) => _file = file;

    internal static LockFile Take(string directory, TimeProvider time)
    {
        var path = Path.Combine(directory, "auditor.lock");
        FileStream file;
        try
        {
            Directory.CreateDirectory(directory);
            file = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw StoreErrors.DirectoryUnusable(directory, Environment.UserName, e.Message);
        }
        catch (IOException e)
        {
            // The lock and all other troubles are one exception type; only a lock leaves the file readable beside it.
            throw Holder(path) is { } holder
                ? StoreErrors.SecondWriter($"data directory '{directory}'", holder)
                : StoreErrors.DirectoryUnusable(directory, Environment.UserName, e.Message);
        }

        var since = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        file.SetLength(0);
        file.Write(Encoding.UTF8.GetBytes($"pid {Environment.ProcessId.ToString(CultureInfo.InvariantCulture)} since {since}\n"));
        file.Flush();
        return new(file);
    }

    public void Dispose() => _file.Dispose();

    private static string? Holder(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(file);
            var line = reader.ReadLine();
            return line is { Length: > 0 } ? $"the auditor with {line}" : "another auditor";
        }
        catch (IOException)
        {
            return null;
        }
    }
}
