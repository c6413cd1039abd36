using System.Runtime.InteropServices;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>Namespaces and mounts, man section 2. Only for a thread of one's own (namespaces(7)). All return -1 with errno as the last P/Invoke error.</summary>
internal static unsafe partial class NamespaceCalls
{
    internal const int NewMounts = 0x20000;
    internal const int OwnFs = 0x200;
    internal const int NewNet = 0x40000000;
    internal const ulong Recursive = 0x4000;
    internal const ulong Private = 1 << 18;
    internal const int Detach = 2;

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    internal static partial int Unshare(int flags);

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    internal static partial int SetNs(int fd, int type);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true)]
    internal static partial int Mount(byte* source, byte* target, byte* type, ulong flags, byte* data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true)]
    internal static partial int Unmount(byte* target, int flags);
}
