using System.Runtime.InteropServices;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>clock_gettime(2) of CLOCK_BOOTTIME: the clock of every notice.</summary>
internal static unsafe partial class BootClock
{
    internal const ulong Second = 1_000_000_000;
    private const int BootTime = 7;

    internal static ulong Now()
    {
        var time = stackalloc long[2];
        return GetTime(BootTime, time) == 0 ? ((ulong)time[0] * Second) + (ulong)time[1] : throw new PlatformNotSupportedException("the kernel has no CLOCK_BOOTTIME (Linux 2.6.39)");
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, long* time);
}
