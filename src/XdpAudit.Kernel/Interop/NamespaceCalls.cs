using System.Runtime.InteropServices;

namespace XdpAudit.Kernel;

/// <summary>Namespaces and mounts. To be called from Kernel/Namespaces only, on a thread that ends there (namespaces(7)).</summary>
internal static unsafe partial class NamespaceCalls
{
    internal const int CLONE_FS = 0x200;
    internal const int CLONE_NEWNS = 0x20000;
    internal const int CLONE_NEWNET = 0x40000000;
    internal const ulong MS_REC = 0x4000;
    internal const ulong MS_PRIVATE = 1 << 18;
    internal const int MNT_DETACH = 2;
    internal const int UMOUNT_NOFOLLOW = 8;

    /// <summary>include/uapi/linux/fcntl.h, Linux 6.18: open_by_handle_at without a mount, for namespaces.</summary>
    internal const int FD_NSFS_ROOT = -10003;

    /// <summary>include/linux/exportfs.h, FILEID_NSFS.</summary>
    internal const int FILEID_NSFS = 0xf1;

    internal const uint OPEN_TREE_CLONE = 1;

    /// <summary>include/uapi/linux/magic.h.</summary>
    internal const long BPF_FS_MAGIC = 0xcafe4a11;

    /// <summary>sizeof(struct statfs) is 120 bytes on 64-bit Linux; the rest is room.</summary>
    internal const int StatFsLongs = 32;

    /// <summary>open_tree(2), the same number on every architecture.</summary>
    private const nint SYS_open_tree = 428;

    /// <summary>https://man7.org/linux/man-pages/man2/setns.2.html - 0, or -1 and EPERM without CAP_SYS_ADMIN there.</summary>
    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    internal static partial int SetNs(int fd, int type);

    /// <summary>https://man7.org/linux/man-pages/man2/unshare.2.html - 0, or -1 and EPERM. CLONE_FS needs no capability.</summary>
    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    internal static partial int Unshare(int flags);

    /// <summary>https://man7.org/linux/man-pages/man2/mount.2.html - 0, or -1 and errno.</summary>
    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true)]
    internal static partial int Mount(byte* source, byte* target, byte* type, ulong flags, byte* data);

    /// <summary>https://man7.org/linux/man-pages/man2/umount.2.html - 0, or -1 and EINVAL for a locked or no mount.</summary>
    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true)]
    internal static partial int UMount2(byte* target, int flags);

    /// <summary>https://man7.org/linux/man-pages/man2/statfs.2.html - 0, or -1 and errno. f_type is a long and comes first on every 64-bit Linux.</summary>
    [LibraryImport("libc", EntryPoint = "statfs", SetLastError = true)]
    internal static partial int StatFs(byte* path, long* answer);

    /// <summary>https://man7.org/linux/man-pages/man2/open_by_handle_at.2.html - a descriptor, or -1 and ESTALE when gone, EBADF before Linux 6.18.</summary>
    [LibraryImport("libc", EntryPoint = "open_by_handle_at", SetLastError = true)]
    internal static partial int OpenByHandleAt(int mount, nsfs_handle* handle, int flags);

    /// <summary>include/uapi/linux/mount.h, Linux 5.2: with OPEN_TREE_CLONE a mount of its own without those on it; -1 and EPERM without CAP_SYS_ADMIN.</summary>
    internal static int OpenTree(int directory, byte* path, uint flags) => (int)SystemCall(SYS_open_tree, directory, path, (nint)flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint directory, byte* path, nint flags);
}

#pragma warning disable CS8981 // kernel names
/// <summary>struct file_handle with a struct nsfs_file_handle in it (include/uapi/linux/nsfs.h, Linux 6.18).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct nsfs_handle
{
    internal uint handle_bytes;
    internal int handle_type;
    internal ulong ns_id;
    internal uint ns_type;
    internal uint ns_inum;
}
