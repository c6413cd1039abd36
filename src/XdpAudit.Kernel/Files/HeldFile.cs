using Microsoft.Win32.SafeHandles;

namespace XdpAudit.Kernel;

/// <summary>A file that is held by a descriptor: its status and its bytes are of one and the same file, whatever its name names meanwhile.</summary>
public sealed class HeldFile : IDisposable
{
    private readonly Descriptor _descriptor;

    internal HeldFile(string path, Descriptor descriptor) => (Path, _descriptor) = (path, descriptor);

    /// <summary>How it was reached.</summary>
    public string Path { get; }

    /// <summary>Itself.</summary>
    /// <exception cref="KernelException">It cannot be looked at.</exception>
    public FileStatus Status() =>
        ProcFiles.TryStat(_descriptor.Number, [], Files.AT_EMPTY_PATH, out var answer, out var errno) ? FileStatus.From(answer) : throw new KernelException("look at", Path, errno, Words.RunAsRoot);

    /// <summary>Its first bytes, so many and no more: a file that grows while it is read shows by its status afterwards.</summary>
    /// <exception cref="KernelException">It cannot be read.</exception>
    public byte[] Read(long bytes)
    {
        var content = new byte[bytes];
        using var handle = new SafeFileHandle(_descriptor.Number, ownsHandle: false);
        var read = 0;
        try
        {
            for (int n; read < content.Length && (n = RandomAccess.Read(handle, content.AsSpan(read), read)) > 0; read += n)
            {
            }
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new KernelException($"cannot read '{Path}': {cause.Message.TrimEnd('.')}; {Words.RunAsRoot}", cause);
        }

        return content[..read];
    }

    /// <inheritdoc/>
    public void Dispose() => _descriptor.Dispose();
}
