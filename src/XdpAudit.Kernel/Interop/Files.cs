using System.Runtime.InteropServices;

namespace XdpAudit.Kernel;

/// <summary>Files and directories by descriptor. Names in the kernel are bytes, not text, so .NET's own file calls cannot reach all of them.</summary>
internal static unsafe partial class Files
{
    internal const int AT_FDCWD = -100;
    internal const int AT_EMPTY_PATH = 0x1000;
    internal const int AT_SYMLINK_NOFOLLOW = 0x100;
    internal const int AT_NO_AUTOMOUNT = 0x800;

    internal const int O_RDONLY = 0;

    /// <summary>O_PATH is the same number on x86-64 and arm64; O_DIRECTORY and O_NOFOLLOW are not.</summary>
    internal const int O_PATH = 0x200000;
    internal const int O_CLOEXEC = 0x80000;
    internal const int O_NONBLOCK = 0x800;

    internal const uint STATX_BASIC_STATS = 0x7ff;

    /// <summary>Linux 5.8.</summary>
    internal const uint STATX_MNT_ID = 0x1000;

    internal const byte DT_DIR = 4;
    internal const byte DT_REG = 8;

    internal static readonly int O_DIRECTORY = Architecture == Architecture.Arm64 ? 0x4000 : 0x10000;
    internal static readonly int O_NOFOLLOW = Architecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    private static Architecture Architecture => RuntimeInformation.ProcessArchitecture;

    /// <summary>https://man7.org/linux/man-pages/man2/openat.2.html - a descriptor, or -1 and errno.</summary>
    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    internal static partial int OpenAt(int directory, byte* path, int flags);

    /// <summary>https://man7.org/linux/man-pages/man2/close.2.html - 0, or -1 and errno; the number is free in both cases.</summary>
    [LibraryImport("libc", EntryPoint = "close")]
    internal static partial int Close(int fd);

    /// <summary>https://man7.org/linux/man-pages/man2/read.2.html - bytes read, 0 at the end, or -1 and errno.</summary>
    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(int fd, byte* buffer, nuint count);

    /// <summary>https://man7.org/linux/man-pages/man2/readlink.2.html - bytes written without a final 0, or -1 and errno.</summary>
    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true)]
    internal static partial nint ReadLinkAt(int directory, byte* path, byte* buffer, nuint count);

    /// <summary>https://man7.org/linux/man-pages/man2/getdents.2.html - bytes written, 0 at the end, or -1 and errno.</summary>
    [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    internal static partial nint GetDents64(int directory, byte* buffer, nuint count);

    /// <summary>https://man7.org/linux/man-pages/man2/statx.2.html - 0, or -1 and errno.</summary>
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    internal static partial int StatX(int directory, byte* path, int flags, uint mask, statx* answer);

    /// <summary>https://man7.org/linux/man-pages/man2/chdir.2.html - 0, or -1 and errno. Only on a thread whose fs is unshared.</summary>
    [LibraryImport("libc", EntryPoint = "fchdir", SetLastError = true)]
    internal static partial int FChDir(int directory);
}

#pragma warning disable CS8981 // the kernel's names stay the kernel's names
/// <summary>include/uapi/linux/stat.h, struct statx: the members we read.</summary>
[KernelStruct("statx")]
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct statx
{
    [FieldOffset(0)] internal uint stx_mask;
    [FieldOffset(20)] internal uint stx_uid;
    [FieldOffset(28)] internal ushort stx_mode;
    [FieldOffset(32)] internal ulong stx_ino;
    [FieldOffset(40)] internal ulong stx_size;
    [FieldOffset(96)] internal statx_timestamp stx_ctime;
    [FieldOffset(112)] internal statx_timestamp stx_mtime;
    [FieldOffset(136)] internal uint stx_dev_major;
    [FieldOffset(140)] internal uint stx_dev_minor;
    [FieldOffset(144)] internal ulong stx_mnt_id;
}

/// <summary>include/uapi/linux/stat.h, struct statx_timestamp.</summary>
[KernelStruct("statx_timestamp")]
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct statx_timestamp
{
    [FieldOffset(0)] internal long tv_sec;
    [FieldOffset(8)] internal uint tv_nsec;
}
#pragma warning restore CS8981
