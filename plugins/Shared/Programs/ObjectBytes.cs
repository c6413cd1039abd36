using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins;

/// <summary>The bytes of an object file, read once: those that were measured are those that are loaded, whatever happens to the file meanwhile.</summary>
internal static unsafe class ObjectBytes
{
    private const long Limit = 64L << 20;

    internal static byte[] Read(LoadRequest request)
    {
        var bytes = ReadFile(request.ObjectPath);
        var found = Convert.ToHexStringLower(SHA256.HashData(bytes));
        return string.Equals(found, request.ObjectSha256, StringComparison.OrdinalIgnoreCase)
            ? bytes
            : throw Words.ObjectChanged(request.ObjectPath, request.ObjectSha256, found);
    }

    private static byte[] ReadFile(string path)
    {
        using var file = Open(path);
        try
        {
            var length = RandomAccess.GetLength(file);
            if (length is < 1 or > Limit)
            {
                throw Words.ObjectNotAFile(path, Limit);
            }

            var bytes = new byte[length];
            var read = 0;
            while (read < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(read), read) is > 0 and var more)
            {
                read += more;
            }

            return read == bytes.Length ? bytes : bytes[..read];
        }
        catch (Exception e) when (e is NotSupportedException or UnauthorizedAccessException or IOException)
        {
            throw Words.ObjectNotAFile(path, Limit);
        }
    }

    // Opened without waiting: a fifo in place of the file must not hold the executor up.
    private static SafeFileHandle Open(string path)
    {
        fixed (byte* bytes = Encoding.UTF8.GetBytes(path + "\0"))
        {
            var fd = Files.open(bytes, Files.ReadOnly | Files.NonBlock | Files.CloseOnExec);
            return fd >= 0 ? new(fd, true) : throw Words.ObjectUnreadable(path, Marshal.GetLastPInvokeError(), "open");
        }
    }
}
