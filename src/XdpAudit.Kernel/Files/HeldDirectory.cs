using System.Text;

namespace XdpAudit.Kernel;

/// <summary>
/// A directory that is held by a descriptor, so that what was looked at in it is what is opened in it, whatever is renamed meanwhile. No link is
/// followed on the way: a path is entered name by name from the root.
/// </summary>
public sealed class HeldDirectory : IDisposable
{
    private readonly Descriptor _descriptor;

    private HeldDirectory(string path, Descriptor descriptor) => (Path, _descriptor) = (path, descriptor);

    /// <summary>How it was reached.</summary>
    public string Path { get; }

    /// <summary>The root of this process.</summary>
    /// <exception cref="KernelException">It cannot be opened.</exception>
    public static HeldDirectory Root() =>
        new("/", ProcFiles.TryOpen("/", Files.O_RDONLY | Files.O_DIRECTORY, out var errno) ?? throw new KernelException("open", "/", errno, Words.RunAsRoot));

    /// <summary>Itself.</summary>
    /// <exception cref="KernelException">It cannot be looked at.</exception>
    public FileStatus Status() =>
        ProcFiles.TryStat(_descriptor.Number, [], Files.AT_EMPTY_PATH, out var answer, out var errno) ? FileStatus.From(answer) : throw new KernelException("look at", Path, errno, Words.RunAsRoot);

    /// <summary>What a name in it names; null when it is not there.</summary>
    /// <exception cref="KernelException">It cannot be looked at.</exception>
    public FileStatus? Look(string name)
    {
        var found = ProcFiles.TryStat(_descriptor.Number, Encoding.UTF8.GetBytes(name), Files.AT_SYMLINK_NOFOLLOW, out var answer, out var errno);
        return found ? FileStatus.From(answer) : Errno.IsGone(errno) ? null : throw new KernelException("look at", Below(name), errno, Words.RunAsRoot);
    }

    /// <summary>The names in it, in no order. One that is no UTF-8 is null: it cannot be written in any list.</summary>
    /// <exception cref="KernelException">It cannot be listed.</exception>
    public IReadOnlyList<string?> Names()
    {
        var names = DirectoryEntries.Read(_descriptor, out var errno);
        return errno switch
        {
            0 => [.. names.Select(n => Text(n.Name))],
            Errno.EBADF => throw new KernelException("list", Path, Errno.EACCES, Words.RunAsRoot), // held by its path alone, see Enter
            _ => throw new KernelException("list", Path, errno, Words.RunAsRoot),
        };
    }

    /// <summary>The directory of a name in it; null when it is none any more, or a link. One that may be passed and not listed is held by its path alone.</summary>
    /// <exception cref="KernelException">It cannot be opened.</exception>
    public HeldDirectory? Enter(string name)
    {
        var opened = Below(name, Files.O_RDONLY, out var errno);
        if (errno == Errno.EACCES)
        {
            opened = Below(name, Files.O_PATH, out errno);
        }

        return opened is not null ? new(Below(name), opened)
            : errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP ? null
            : throw new KernelException("open", Below(name), errno, Words.RunAsRoot);
    }

    /// <summary>The file of a name in it, for reading; null when it is gone or a link. Opening does not wait, not even for a pipe.</summary>
    /// <exception cref="KernelException">It cannot be opened.</exception>
    public HeldFile? Open(string name)
    {
        var opened = ProcFiles.TryOpenAt(_descriptor.Number, Encoding.UTF8.GetBytes(name), Files.O_RDONLY | Files.O_NOFOLLOW | Files.O_NONBLOCK, out var errno);
        return opened is not null ? new(Below(name), opened)
            : errno is Errno.ENOENT or Errno.ELOOP ? null
            : throw new KernelException("open", Below(name), errno, Words.RunAsRoot);
    }

    /// <inheritdoc/>
    public void Dispose() => _descriptor.Dispose();

    private Descriptor? Below(string name, int how, out int errno) =>
        ProcFiles.TryOpenAt(_descriptor.Number, Encoding.UTF8.GetBytes(name), how | Files.O_DIRECTORY | Files.O_NOFOLLOW, out errno);

    private string Below(string name) => System.IO.Path.Combine(Path, name);

    private static string? Text(byte[] name)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(name);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
