using System.Text;

namespace XdpAudit.Kernel;

/// <summary>Reads small files, links and directories of procfs, exact about why it failed. What vanishes while it is read is told by its errno.</summary>
internal static unsafe class ProcFiles
{
    /// <summary>Opens a path, escaped names not allowed; null and errno when refused.</summary>
    internal static Descriptor? TryOpen(string path, int flags, out int errno) => TryOpenAt(Files.AT_FDCWD, Encoding.UTF8.GetBytes(path), flags, out errno);

    /// <summary>Opens a name, as bytes, in a directory.</summary>
    internal static Descriptor? TryOpenAt(int directory, ReadOnlySpan<byte> path, int flags, out int errno)
    {
        Span<byte> name = path.Length < 512 ? stackalloc byte[path.Length + 1] : new byte[path.Length + 1];
        path.CopyTo(name);
        name[^1] = 0;
        fixed (byte* p = name)
        {
            var fd = Files.OpenAt(directory, p, flags | Files.O_CLOEXEC);
            errno = fd < 0 ? Errno.Last : 0;
            return fd < 0 ? null : new Descriptor(fd);
        }
    }

    /// <summary>The whole of a file.</summary>
    internal static bool TryRead(string path, out byte[] content, out int errno)
    {
        content = [];
        using var file = TryOpen(path, Files.O_RDONLY, out errno);
        return file is not null && TryReadAll(file, out content, out errno);
    }

    /// <summary>As <see cref="TryRead"/>, as text in which no byte is lost to decoding: Latin-1, to be escaped by whoever shows it.</summary>
    internal static bool TryReadText(string path, out string content, out int errno)
    {
        var read = TryRead(path, out var bytes, out errno);
        content = Encoding.Latin1.GetString(bytes);
        return read;
    }

    internal static bool TryReadAll(Descriptor file, out byte[] content, out int errno)
    {
        var buffer = new byte[4096];
        var length = 0;
        while (true)
        {
            nint n;
            fixed (byte* p = &buffer[length])
            {
                n = Files.Read(file.Number, p, (nuint)(buffer.Length - length));
            }

            if (n < 0)
            {
                errno = Errno.Last;
                if (errno == Errno.EINTR)
                {
                    continue;
                }

                content = [];
                return false;
            }

            if (n == 0)
            {
                content = buffer[..length];
                errno = 0;
                return true;
            }

            length += (int)n;
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }
    }

    /// <summary>The target of a symbolic link, as bytes.</summary>
    internal static bool TryReadLink(string path, out byte[] target, out int errno) =>
        TryReadLinkAt(Files.AT_FDCWD, Encoding.UTF8.GetBytes(path), out target, out errno);

    internal static bool TryReadLinkAt(int directory, ReadOnlySpan<byte> path, out byte[] target, out int errno)
    {
        Span<byte> name = path.Length < 512 ? stackalloc byte[path.Length + 1] : new byte[path.Length + 1];
        path.CopyTo(name);
        name[^1] = 0;
        var buffer = stackalloc byte[4096];
        fixed (byte* p = name)
        {
            var n = Files.ReadLinkAt(directory, p, buffer, 4096);
            errno = n < 0 ? Errno.Last : 0;
            target = n < 0 ? [] : new Span<byte>(buffer, (int)n).ToArray();
            return n >= 0;
        }
    }

    /// <summary>The inode in a namespace link, <c>net:[4026531833]</c>.</summary>
    internal static bool TryReadNamespace(string path, out ulong inode, out int errno)
    {
        inode = 0;
        return TryReadLink(path, out var target, out errno) && NamespaceLink.TryParse(target, out inode);
    }

    /// <summary>Status of a path, with its mount where the kernel tells it.</summary>
    internal static bool TryStat(int directory, ReadOnlySpan<byte> path, int flags, out statx answer, out int errno)
    {
        Span<byte> name = path.Length < 512 ? stackalloc byte[path.Length + 1] : new byte[path.Length + 1];
        path.CopyTo(name);
        name[^1] = 0;
        fixed (byte* p = name)
        fixed (statx* s = &answer)
        {
            var failed = Files.StatX(directory, p, flags | Files.AT_NO_AUTOMOUNT, Files.STATX_BASIC_STATS | Files.STATX_MNT_ID, s) != 0;
            errno = failed ? Errno.Last : 0;
            return !failed;
        }
    }

    /// <summary>The numeric names in a directory of procfs: processes, threads, descriptors. Empty and errno when it cannot be read.</summary>
    internal static List<int> Numbers(string path, out int errno)
    {
        var numbers = new List<int>();
        using var directory = TryOpen(path, Files.O_RDONLY | Files.O_DIRECTORY, out errno);
        if (directory is null)
        {
            return numbers;
        }

        foreach (var entry in DirectoryEntries.Read(directory, out errno))
        {
            if (System.Buffers.Text.Utf8Parser.TryParse(entry.Name, out int number, out var used) && used == entry.Name.Length)
            {
                numbers.Add(number);
            }
        }

        return numbers;
    }
}
