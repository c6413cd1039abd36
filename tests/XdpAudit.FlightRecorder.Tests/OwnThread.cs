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

    /// <summary>capset(2): CAP_PERFMON, number 38, is the only capability in force.</summary>
    internal static void KeepPerfMonAlone()
    {
        // The upper halves of the effective, permitted and inheritable sets come after the lower ones.
        var header = stackalloc uint[] { 0x20080522, 0 };
        var sets = stackalloc uint[] { 0, 0, 0, 1u << 6, 1u << 6, 0 };
        Assert.Equal(0, CapSet(header, sets));
    }

    /// <summary>setrlimit(2): sets RLIMIT_MEMLOCK of the process and returns what it was.</summary>
    internal static ulong LimitLockedMemory(ulong bytes)
    {
        const int lockedMemory = 8;
        var limit = stackalloc ulong[2];
        Assert.Equal(0, GetLimit(lockedMemory, limit));
        var before = limit[0];
        limit[0] = Math.Min(bytes, limit[1]);
        Assert.Equal(0, SetLimit(lockedMemory, limit));
        return before;
    }

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    private static partial int GetLimit(int resource, ulong* limit);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetLimit(int resource, ulong* limit);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static partial int SetAffinity(int pid, nuint size, ulong* mask);

    [LibraryImport("libc", EntryPoint = "capset", SetLastError = true)]
    private static partial int CapSet(uint* header, uint* sets);
}
