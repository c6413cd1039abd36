using System.Runtime.InteropServices;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>bpf(2): <see href="https://man7.org/linux/man-pages/man2/bpf.2.html"/>, union bpf_attr in linux/bpf.h.</summary>
internal static unsafe partial class BpfCalls
{
    internal const int ProgLoad = 5;
    internal const int ObjPin = 6;
    internal const int ProgGetFdById = 13;
    internal const int ObjGetInfoByFd = 15;
    internal const int LinkCreate = 28;
    internal const int LinkUpdate = 29;
    internal const int LinkDetach = 34;

    /// <summary>enum bpf_prog_type.</summary>
    internal const uint TypeXdp = 6;

    /// <summary>enum bpf_attach_type.</summary>
    internal const uint AttachTypeXdp = 37;

    /// <summary>__NR_bpf: 321 on x86-64, 280 on arm64 and the other architectures with generic numbers.</summary>
    private static readonly nint Number = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 321 : 280;

    /// <summary>Returns what the command returns (a new descriptor or 0), or -errno.</summary>
    internal static int Bpf(int command, void* attributes, int size)
    {
        var answer = Syscall(Number, command, attributes, (nuint)size);
        return answer < 0 ? -Marshal.GetLastPInvokeError() : (int)answer;
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Syscall(nint number, nint command, void* attributes, nuint size);

    /// <summary>BPF_PROG_LOAD up to expected_attach_type (Linux 4.17).</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct LoadAttributes
    {
        internal uint Type;
        internal uint InstructionCount;
        internal ulong Instructions;
        internal ulong License;
        internal uint LogLevel;
        internal uint LogSize;
        internal ulong LogBuffer;
        internal uint KernelVersion;
        internal uint Flags;
        internal fixed byte Name[16];
        internal uint IfIndex;
        internal uint ExpectedAttachType;
    }

    /// <summary>BPF_PROG_GET_FD_BY_ID.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct IdAttributes
    {
        internal uint Id;
        internal uint Next;
        internal uint Flags;
    }

    /// <summary>BPF_OBJ_GET_INFO_BY_FD.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct InfoAttributes
    {
        internal uint Fd;
        internal uint Length;
        internal ulong Info;
    }

    /// <summary>BPF_OBJ_PIN.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct PinAttributes
    {
        internal ulong Path;
        internal uint Fd;
        internal uint Flags;
    }

    /// <summary>BPF_LINK_CREATE for an interface; BPF_LINK_UPDATE is link, new program, flags, old program; BPF_LINK_DETACH reads the first alone.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct LinkAttributes
    {
        internal uint First;
        internal uint Second;
        internal uint Third;
        internal uint Fourth;
    }

    /// <summary>struct bpf_prog_info up to gpl_compatible; the kernel fills as much as it is given room for.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct ProgramInfo
    {
        internal uint Type;
        internal uint Id;
        internal fixed byte Tag[8];
        internal uint JitedLength;
        internal uint XlatedLength;
        internal ulong Jited;
        internal ulong Xlated;
        internal ulong LoadTime;
        internal uint CreatedByUid;
        internal uint MapIdCount;
        internal ulong MapIds;
        internal fixed byte Name[16];
        internal uint IfIndex;
        internal uint GplCompatible;
    }

    /// <summary>struct bpf_prog_info up to recursion_misses (Linux 5.12; an older kernel leaves it 0).</summary>
    [StructLayout(LayoutKind.Explicit)]
    internal struct ProgramMisses
    {
        /// <summary>How often the kernel did not run it because it ran on that processor already.</summary>
        [FieldOffset(208)]
        internal ulong Recursion;
    }

    /// <summary>The first fields of struct bpf_link_info; struct bpf_prog_info begins with the same two.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct ObjectInfo
    {
        internal uint Type;
        internal uint Id;
        internal ulong Rest;
        internal ulong More;
    }
}
