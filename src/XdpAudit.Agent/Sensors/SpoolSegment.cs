using System.Globalization;

namespace XdpAudit.Agent;

/// <summary>
/// One file of a spool, named after the number of its first record. It begins with a record whose text is the boot it belongs to. Nothing is synced
/// to the disk: what the kernel has taken survives the auditor, and what the kernel itself does not survive is of another boot, and dropped.
/// </summary>
internal sealed class SpoolSegment(string directory, ulong first, long length) : IDisposable
{
    private const string Extension = ".notices";
    private FileStream? _writing;

    /// <summary>The number of its first record.</summary>
    internal ulong First => first;

    /// <summary>Bytes that are in use; there may be more in the file after a write that failed.</summary>
    internal long Length { get; private set; } = length;

    private string File => Path.Combine(directory, first.ToString("x16", CultureInfo.InvariantCulture) + Extension);

    /// <summary>Those that are there, oldest first.</summary>
    internal static IEnumerable<SpoolSegment> In(string directory) =>
        from file in new DirectoryInfo(directory).EnumerateFiles("*" + Extension)
        let name = Path.GetFileNameWithoutExtension(file.Name)
        where name.Length == 16 && ulong.TryParse(name, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _)
        let number = ulong.Parse(name, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
        orderby number
        select new SpoolSegment(directory, number, file.Length);

    /// <summary>Adds with one write. What of it got there when it fails is taken back.</summary>
    /// <exception cref="IOException">Nothing was added.</exception>
    internal void Append(ReadOnlySpan<byte> bytes)
    {
        _writing ??= new(File, new FileStreamOptions
        {
            // A file that is there before anything was added is what a failed write left.
            Mode = Length == 0 ? FileMode.Create : FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        try
        {
            RandomAccess.Write(_writing.SafeFileHandle, bytes, Length);
            Length += bytes.Length;
        }
        catch
        {
            RandomAccess.SetLength(_writing.SafeFileHandle, Length);
            throw;
        }
    }

    /// <summary>Reads from an offset until the buffer is full or the segment ends.</summary>
    /// <exception cref="IOException">It cannot be read, or ends before it should.</exception>
    internal void Read(long offset, Span<byte> into)
    {
        using var reading = System.IO.File.OpenHandle(File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        while (into.Length > 0)
        {
            var read = RandomAccess.Read(reading, into, offset);
            if (read == 0)
            {
                throw new EndOfStreamException($"{File} ends at byte {offset}");
            }

            offset += read;
            into = into[read..];
        }
    }

    /// <summary>Cuts off what is behind a byte.</summary>
    internal void Cut(long end)
    {
        Length = end;
        using var cutting = System.IO.File.OpenHandle(File, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.SetLength(cutting, end);
    }

    internal void Delete()
    {
        Dispose();
        System.IO.File.Delete(File);
    }

    /// <summary>It is not written to any more.</summary>
    public void Dispose()
    {
        _writing?.Dispose();
        _writing = null;
    }
}
