using System.Runtime.InteropServices;

namespace XdpAudit.Kernel;

/// <summary>clock_gettime(2).</summary>
internal static unsafe partial class Clocks
{
    internal const int CLOCK_BOOTTIME = 7;

    /// <summary>https://man7.org/linux/man-pages/man2/clock_gettime.2.html - 0; CLOCK_BOOTTIME is in every kernel since 2.6.39.</summary>
    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    internal static partial int GetTime(int clock, timespec* time);

    /// <summary>Nanoseconds since the boot, suspend included.</summary>
    internal static ulong BootNs()
    {
        timespec now;
        _ = GetTime(CLOCK_BOOTTIME, &now);
        return ((ulong)now.tv_sec * 1_000_000_000) + (ulong)now.tv_nsec;
    }
}

#pragma warning disable CS8981, CS0649 // kernel names; filled in by the kernel
/// <summary>struct timespec on 64-bit.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct timespec
{
    internal long tv_sec;
    internal long tv_nsec;
}
