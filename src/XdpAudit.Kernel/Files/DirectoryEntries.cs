using System.Buffers.Binary;

namespace XdpAudit.Kernel;

/// <summary>A name in a directory, as bytes, with its type (DT_DIR, DT_REG, ...).</summary>
internal readonly record struct DirectoryEntry(byte[] Name, byte Type);

/// <summary>Lists a directory by its descriptor, so that no name has to survive being text.</summary>
internal static unsafe class DirectoryEntries
{
    /// <summary>All entries but . and ..; what was read so far and errno when the kernel stops early.</summary>
    internal static List<DirectoryEntry> Read(Descriptor directory, out int errno)
    {
        var entries = new List<DirectoryEntry>();
        var buffer = new byte[32 * 1024];
        while (true)
        {
            nint n;
            fixed (byte* p = buffer)
            {
                n = Files.GetDents64(directory.Number, p, (nuint)buffer.Length);
            }

            errno = n < 0 ? Errno.Last : 0;
            if (n <= 0)
            {
                return entries;
            }

            Parse(buffer.AsSpan(0, (int)n), entries);
        }
    }

    /// <summary>struct linux_dirent64: ino 8, off 8, reclen 2, type 1, name up to a 0.</summary>
    private static void Parse(ReadOnlySpan<byte> buffer, List<DirectoryEntry> entries)
    {
        while (buffer.Length >= 19)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(buffer[16..]);
            var name = buffer[19..length];
            name = name[..name.IndexOf((byte)0)];
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
            {
                entries.Add(new(name.ToArray(), buffer[18]));
            }

            buffer = buffer[length..];
        }
    }
}
