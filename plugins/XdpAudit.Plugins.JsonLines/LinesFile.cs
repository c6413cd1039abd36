using Microsoft.Win32.SafeHandles;

namespace XdpAudit.Plugins.JsonLines;

/// <summary>The file that is written, open and ours alone: a second writer finds it locked (flock(2)); readers that ask for no lock are not hindered.</summary>
internal sealed class LinesFile : IDisposable
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
    private readonly string _path;
    private readonly FileStream _stream;
    private readonly SafeFileHandle _file;

    private LinesFile(string path, FileStream stream)
    {
        (_path, _stream, _file) = (path, stream, stream.SafeFileHandle);
        if (!stream.CanSeek || !SafePlace.IsAt(_file, path))
        {
            throw new SinkTrouble($"cannot write '{path}': it is no regular file, or was moved while it was opened; name the path of a file");
        }

        File.SetUnixFileMode(_file, Mode); // the umask may have taken some of it away
        Length = TornLine.EndOfWholeLines(_file, path);
        if (Length < RandomAccess.GetLength(_file))
        {
            RandomAccess.SetLength(_file, Length);
        }
    }

    /// <summary>Bytes of whole lines.</summary>
    internal long Length { get; private set; }

    /// <summary>The path still means this file, and nobody shortened or extended it.</summary>
    internal bool InPlace => SafePlace.IsAt(_file, _path) && RandomAccess.GetLength(_file) == Length;

    /// <summary>Opens or makes it, and cuts off what a crash left of a line: that event was never called accepted, so it comes again.</summary>
    /// <exception cref="SinkTrouble">The path is not safe, or the file is none of ours.</exception>
    internal static LinesFile Open(string path)
    {
        SafePlace.Check(path);
        var stream = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0, UnixCreateMode = Mode,
        });
        try
        {
            return new(path, stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Adds with one write, and syncs. What of it got there when that fails is taken back.</summary>
    /// <exception cref="IOException">It was not added, for all that can be known.</exception>
    internal void Append(ReadOnlySpan<byte> lines)
    {
        try
        {
            RandomAccess.Write(_file, lines, Length);

            // On ext4, xfs and btrfs the sync of a new file also makes its name last.
            RandomAccess.FlushToDisk(_file);
            Length += lines.Length;
        }
        catch
        {
            RandomAccess.SetLength(_file, Length);
            throw;
        }
    }

    public void Dispose() => _stream.Dispose();
}
