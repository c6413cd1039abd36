using System.Runtime.InteropServices;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>Memory shared with a map of the kernel.</summary>
internal static unsafe partial class Memory
{
    private const int ProtRead = 1;
    private const int ProtWrite = 2;
    private const int MapShared = 1;

    /// <summary>Null and errno when the kernel refuses.</summary>
    internal static byte* Map(int fd, nint offset, nuint length, bool writable, out int errno)
    {
        var address = MapCall(0, length, writable ? ProtRead | ProtWrite : ProtRead, MapShared, fd, offset);
        errno = address == -1 ? Marshal.GetLastPInvokeError() : 0;
        return address == -1 ? null : (byte*)address;
    }

    internal static void Unmap(byte* address, nuint length) => _ = UnmapCall((nint)address, length);

    /// <summary>mmap(2): an address, or -1 and errno.</summary>
    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint MapCall(nint address, nuint length, int protection, int flags, int fd, nint offset);

    /// <summary>munmap(2): 0, or -1 and errno.</summary>
    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int UnmapCall(nint address, nuint length);
}
