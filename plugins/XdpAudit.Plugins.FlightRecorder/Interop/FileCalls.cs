using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>Files by path, man section 2. What procfs tells is bytes, not text: .NET's own calls would lose some of it.</summary>
internal static unsafe partial class FileCalls
{
    internal const int ReadOnly = 0;
    internal const int CloseOnExec = 0x80000;

    /// <summary>NS_GET_ID of linux/nsfs.h, Linux 6.18: of a network namespace it is the cookie. ENOTTY before.</summary>
    private const nuint NamespaceId = 0x8008b70d;

    /// <summary>Null, and why, when it cannot be opened.</summary>
    internal static Descriptor? TryOpen(string path, out int errno)
    {
        fixed (byte* bytes = Encoding.UTF8.GetBytes(path + "\0"))
        {
            var fd = Open(bytes, ReadOnly | CloseOnExec);
            errno = fd < 0 ? Marshal.GetLastPInvokeError() : 0;
            return fd < 0 ? null : new(fd);
        }
    }

    /// <summary>A file of procfs to its end, or the first <paramref name="most"/> bytes of it.</summary>
    internal static bool TryRead(string path, int most, out byte[] content, out int errno)
    {
        content = [];
        using var file = TryOpen(path, out errno);
        if (file is null)
        {
            return false;
        }

        var buffer = new byte[Math.Min(most, 4096)];
        var length = 0;
        while (length < most)
        {
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(most, length * 2));
            }

            nint read;
            fixed (byte* bytes = buffer)
            {
                read = Read(file.Number, bytes + length, (nuint)(buffer.Length - length));
            }

            if (read < 0)
            {
                errno = Marshal.GetLastPInvokeError();
                return false;
            }

            if (read == 0)
            {
                break;
            }

            length += (int)read;
        }

        content = buffer[..length];
        return true;
    }

    /// <summary>The target of a symbolic link.</summary>
    internal static bool TryReadLink(string path, out byte[] target, out int errno)
    {
        const int most = 4096;
        var buffer = stackalloc byte[most];
        fixed (byte* bytes = Encoding.UTF8.GetBytes(path + "\0"))
        {
            var length = ReadLink(bytes, buffer, most);
            errno = length < 0 ? Marshal.GetLastPInvokeError() : 0;
            target = length < 0 ? [] : new Span<byte>(buffer, (int)length).ToArray();
            return length >= 0;
        }
    }

    /// <summary>Null when this kernel cannot tell.</summary>
    internal static ulong? NamespaceCookie(Descriptor netns)
    {
        ulong cookie = 0;
        return IoControl(netns.Number, NamespaceId, &cookie) == 0 ? cookie : null;
    }

    internal static bool IsOnBpffs(string path)
    {
        var system = default(WatchCalls.FileSystem);
        fixed (byte* bytes = Encoding.UTF8.GetBytes(path + "\0"))
        {
            return WatchCalls.StatFs(bytes, &system) == 0 && system.Type == WatchCalls.BpfFsMagic;
        }
    }

    internal static bool TryRemove(byte[] path, out int errno)
    {
        fixed (byte* bytes = path)
        {
            errno = Unlink(bytes) == 0 ? 0 : Marshal.GetLastPInvokeError();
            return errno == 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(int fd, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial int Open(byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "readlink", SetLastError = true)]
    private static partial nint ReadLink(byte* path, byte* buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true)]
    private static partial int Unlink(byte* path);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int IoControl(int fd, nuint request, ulong* answer);
}

/// <summary>A descriptor of ours, closed once.</summary>
internal sealed partial class Descriptor : SafeHandleMinusOneIsInvalid
{
    internal Descriptor(int fd) : base(true) => SetHandle(fd);

    internal int Number => (int)handle;

    protected override bool ReleaseHandle() => Close((int)handle) == 0;

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int fd);
}
