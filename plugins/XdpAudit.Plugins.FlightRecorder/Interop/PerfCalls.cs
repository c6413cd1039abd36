using System.Runtime.InteropServices;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>perf_event_open(2): <see href="https://man7.org/linux/man-pages/man2/perf_event_open.2.html"/>, linux/perf_event.h. All return -1 with errno as the last P/Invoke error.</summary>
internal static unsafe partial class PerfCalls
{
    internal const uint TypeSoftware = 1;
    internal const ulong SoftwareDummy = 9;
    internal const ulong SampleTid = 1 << 1;
    internal const ulong SampleTime = 1 << 2;
    internal const ulong SampleCpu = 1 << 7;

    /// <summary>PERF_FORMAT_LOST, Linux 6.0: read(2) tells how many records found no room.</summary>
    internal const ulong FormatLost = 1 << 4;

    // The bits of struct perf_event_attr after read_format.
    internal const ulong FlagWatermark = 1ul << 14;
    internal const ulong FlagSampleIdAll = 1ul << 18;
    internal const ulong FlagUseClockId = 1ul << 25;

    /// <summary>Linux 5.1.</summary>
    internal const ulong FlagBpfEvent = 1ul << 30;

    internal const int ClockBootTime = 7;
    internal const nuint FlagCloseOnExec = 1 << 3;

    internal const uint RecordLost = 2;
    internal const uint RecordBpfEvent = 18;
    internal const ushort BpfEventLoad = 1;
    internal const ushort BpfEventUnload = 2;

    // struct perf_event_mmap_page.
    internal const int DataHead = 1024;
    internal const int DataTail = 1032;
    internal const int DataOffset = 1040;
    internal const int DataSize = 1048;

    internal const int ProtReadWrite = 1 | 2;
    internal const int MapShared = 1;
    internal const short PollIn = 1;
    private const short PollPri = 2;

    /// <summary>__NR_perf_event_open: 298 on x86-64, 241 on arm64 and the other architectures with generic numbers.</summary>
    private static readonly nint Number = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 298 : 241;

    /// <summary>Counts nothing; what it is asked for in <see cref="Attributes.Flags"/> goes to its ring.</summary>
    internal static int Open(Attributes* attributes, int cpu) => (int)Syscall(Number, attributes, -1, cpu, -1, FlagCloseOnExec);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    internal static partial nint Map(nint address, nuint length, int protection, int flags, int fd, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    internal static partial int Unmap(nint address, nuint length);

    /// <summary>Whether a descriptor has POLLPRI.</summary>
    internal static bool IsUrgent(int fd)
    {
        var entry = new Polled { Fd = fd, Events = PollPri };
        return Poll(&entry, 1, 0) > 0;
    }

    /// <summary>poll(2): how many are ready, 0 after the timeout in milliseconds.</summary>
    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(Polled* entries, nuint count, int timeout);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Syscall(nint number, Attributes* attributes, nint pid, nint cpu, nint group, nuint flags);

    /// <summary>struct perf_event_attr as of PERF_ATTR_SIZE_VER5, Linux 4.1.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 112)]
    internal struct Attributes
    {
        [FieldOffset(0)] internal uint Type;
        [FieldOffset(4)] internal uint Size;
        [FieldOffset(8)] internal ulong Config;
        [FieldOffset(24)] internal ulong SampleType;
        [FieldOffset(32)] internal ulong ReadFormat;
        [FieldOffset(40)] internal ulong Flags;
        [FieldOffset(48)] internal uint WakeupWatermark;
        [FieldOffset(92)] internal int ClockId;
    }

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Polled
    {
        internal int Fd;
        internal short Events;
        internal short Returned;
    }

    /// <summary>struct perf_event_header.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Header
    {
        internal uint Type;
        internal ushort Misc;
        internal ushort Size;
    }

    /// <summary>struct sample_id for TID, TIME and CPU: it ends every record.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct SampleId
    {
        internal int Pid;
        internal int Tid;
        internal ulong Time;
        internal uint Cpu;
        internal uint Reserved;
    }

    /// <summary>PERF_RECORD_BPF_EVENT.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct BpfEvent
    {
        internal Header Header;
        internal ushort Kind;
        internal ushort Flags;
        internal uint Id;
        internal fixed byte Tag[8];
        internal SampleId Sample;
    }

    /// <summary>PERF_RECORD_LOST.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct LostEvent
    {
        internal Header Header;
        internal ulong Event;
        internal ulong Lost;
        internal SampleId Sample;
    }
}
