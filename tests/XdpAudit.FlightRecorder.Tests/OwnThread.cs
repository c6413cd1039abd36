using System.Runtime.InteropServices;

namespace XdpAudit.FlightRecorder.Tests;

/// <summary>What a test does to its own thread, which ends with it.</summary>
internal static unsafe partial class OwnThread
{
    /// <summary>sched_setaffinity(2).</summary>
    internal static void StayOn(int processor)
    {
        var mask = 1ul << processor;
        Assert.Equal(0, SetAffinity(0, sizeof(ulong), &mask));
    }

    /// <summary>capset(2): no capability is in force any more.</summary>
    internal static void GiveUpCapabilities()
    {
        // _LINUX_CAPABILITY_VERSION_3, this thread.
        var header = stackalloc uint[] { 0x20080522, 0 };
        var sets = stackalloc uint[6];
        Assert.Equal(0, CapSet(header, sets));
    }

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static partial int SetAffinity(int pid, nuint size, ulong* mask);

    [LibraryImport("libc", EntryPoint = "capset", SetLastError = true)]
    private static partial int CapSet(uint* header, uint* sets);
}
