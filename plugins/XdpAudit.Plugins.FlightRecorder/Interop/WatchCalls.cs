using System.Runtime.InteropServices;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>fanotify(7), inotify(7), and the handles by which fanotify names directories. All return -1 with errno as the last P/Invoke error.</summary>
internal static unsafe partial class WatchCalls
{
    // FAN_* and IN_* have the same numbers.
    internal const uint MovedFrom = 0x40;
    internal const uint MovedTo = 0x80;
    internal const uint Create = 0x100;
    internal const uint Delete = 0x200;
    internal const uint Overflow = 0x4000;
    internal const uint OnDirectory = 0x4000_0000;

    /// <summary>FAN_CLOEXEC | FAN_NONBLOCK | FAN_REPORT_DIR_FID | FAN_REPORT_NAME (Linux 5.9).</summary>
    internal const uint FanFlags = 1 | 2 | 0x400 | 0x800;

    /// <summary>FAN_MARK_ADD | FAN_MARK_ONLYDIR.</summary>
    internal const uint FanAddDirectory = 1 | 8;

    /// <summary>FAN_EVENT_INFO_TYPE_DFID_NAME.</summary>
    internal const byte FanDirectoryAndName = 2;
    internal const int FanMetadataBytes = 24;

    /// <summary>IN_CLOEXEC | IN_NONBLOCK.</summary>
    internal const int InotifyFlags = 0x80000 | 0x800;
    internal const uint InotifyOnlyDirectory = 0x0100_0000;
    internal const int InotifyEventBytes = 16;

    internal const int AtCurrentDirectory = -100;

    /// <summary>AT_HANDLE_FID, Linux 6.5: a handle to compare, of any file system.</summary>
    internal const int HandleToCompare = 0x200;
    internal const int MostHandleBytes = 128;
    internal const long BpfFsMagic = 0xcafe4a11;

    [LibraryImport("libc", EntryPoint = "fanotify_init", SetLastError = true)]
    internal static partial int FanInit(uint flags, uint eventFlags);

    [LibraryImport("libc", EntryPoint = "fanotify_mark", SetLastError = true)]
    internal static partial int FanMark(int fd, uint flags, ulong mask, int directory, byte* path);

    [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
    internal static partial int InotifyInit(int flags);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch", SetLastError = true)]
    internal static partial int InotifyAdd(int fd, byte* path, uint mask);

    /// <summary>struct file_handle: the room and then the bytes used, the type, the bytes.</summary>
    [LibraryImport("libc", EntryPoint = "name_to_handle_at", SetLastError = true)]
    internal static partial int NameToHandle(int directory, byte* path, byte* handle, int* mount, int flags);

    [LibraryImport("libc", EntryPoint = "statfs", SetLastError = true)]
    internal static partial int StatFs(byte* path, FileSystem* answer);

    /// <summary>struct statfs on 64-bit: type, then sizes, then the id.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 120)]
    internal struct FileSystem
    {
        [FieldOffset(0)] internal long Type;
        [FieldOffset(56)] internal ulong Id;
    }
}
