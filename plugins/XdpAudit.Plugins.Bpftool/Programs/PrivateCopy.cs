namespace XdpAudit.Plugins.Bpftool;

/// <summary>
/// The measured bytes of an object in a file that only we can write: what bpftool opens is what was measured, whatever happens to the original
/// meanwhile. It keeps the original's name, after which libbpf names the maps of global data.
/// </summary>
internal sealed class PrivateCopy : IDisposable
{
    private readonly string _directory;

    private PrivateCopy(string directory, string path) => (_directory, Path) = (directory, path);

    internal string Path { get; }

    internal static async Task<PrivateCopy> MakeAsync(string original, byte[] bytes, CancellationToken cancellation)
    {
        var directory = Directory.CreateTempSubdirectory("xdpaudit-bpftool-").FullName; // 0700
        var copy = new PrivateCopy(directory, System.IO.Path.Combine(directory, System.IO.Path.GetFileName(original)));
        try
        {
            await File.WriteAllBytesAsync(copy.Path, bytes, cancellation).ConfigureAwait(false);
            return copy;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            copy.Dispose();
            throw BpftoolWords.NoRoom(original, cause.Message);
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(_directory, recursive: true);
        }
        catch (IOException)
        {
            // It is ours alone and in the directory for what is temporary: what cannot be removed now is removed there.
        }
    }
}
