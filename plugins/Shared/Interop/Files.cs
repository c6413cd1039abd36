using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace XdpAudit.Plugins;

/// <summary>Files and descriptors, man section 2. Paths are bytes ending in 0: a pin's name need not be UTF-8. All return -1 with errno as the last P/Invoke error.</summary>
internal static unsafe partial class Files
{
    internal const int ReadOnly = 0;
    internal const int NonBlock = 0x800;
    internal const int CloseOnExec = 0x80000;
    internal const int DupCloseOnExec = 1030;
    internal const long BpfFsMagic = 0xcafe4a11;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int open(byte* path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fcntl(int fd, int command, int argument);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int mkdir(byte* path, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int rmdir(byte* path);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int unlink(byte* path);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int statfs(byte* path, FileSystem* answer);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int access(byte* path, int mode);

    /// <summary>Bytes written, not ended by 0.</summary>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint readlink(byte* path, byte* buffer, nuint size);

    /// <summary>struct statfs: f_type is a long and comes first on every 64-bit Linux; the rest is room.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct FileSystem
    {
        internal long Type;
        internal fixed long Rest[31];
    }
}

/// <summary>A descriptor of ours, closed once.</summary>
internal sealed partial class Descriptor : SafeHandleMinusOneIsInvalid
{
    internal Descriptor(int fd) : base(true) => SetHandle(fd);

    internal int Number => (int)handle;

    protected override bool ReleaseHandle() => close((int)handle) == 0;

    /// <summary>close(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int fd);
}
