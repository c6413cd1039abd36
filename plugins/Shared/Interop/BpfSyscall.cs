using System.Runtime.InteropServices;

namespace XdpAudit.Plugins;

/// <summary>bpf(2): <see href="https://man7.org/linux/man-pages/man2/bpf.2.html"/>, union bpf_attr in linux/bpf.h.</summary>
internal static unsafe partial class BpfSyscall
{
    internal const int ObjPin = 6;
    internal const int ObjGet = 7;
    internal const int ProgGetNextId = 11;
    internal const int ProgGetFdById = 13;
    internal const int MapGetFdById = 14;
    internal const int ObjGetInfoByFd = 15;
    internal const int LinkCreate = 28;
    internal const int LinkUpdate = 29;
    internal const int LinkGetFdById = 30;
    internal const int LinkGetNextId = 31;
    internal const int LinkDetach = 34;

    /// <summary>enum bpf_attach_type.</summary>
    internal const uint AttachTypeXdp = 37;

    /// <summary>enum bpf_link_type.</summary>
    internal const uint LinkTypeXdp = 6;

    /// <summary>BPF_LINK_UPDATE: only if the old program is the one given.</summary>
    internal const uint FReplace = 4;

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

    /// <summary>BPF_*_GET_NEXT_ID reads Start and writes Next; BPF_*_GET_FD_BY_ID reads Start as the id.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct IdAttributes
    {
        internal uint Start;
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

    /// <summary>BPF_OBJ_PIN and BPF_OBJ_GET.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct ObjectAttributes
    {
        internal ulong Path;
        internal uint Fd;
        internal uint Flags;
    }

    /// <summary>BPF_LINK_CREATE for an interface.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct LinkCreateAttributes
    {
        internal uint ProgramFd;
        internal uint IfIndex;
        internal uint AttachType;
        internal uint Flags;
    }

    /// <summary>BPF_LINK_UPDATE; BPF_LINK_DETACH reads LinkFd alone.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct LinkUpdateAttributes
    {
        internal uint LinkFd;
        internal uint NewProgramFd;
        internal uint Flags;
        internal uint OldProgramFd;
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

    /// <summary>struct bpf_link_info with the arm for XDP.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct LinkInfo
    {
        internal uint Type;
        internal uint Id;
        internal uint ProgramId;
        internal uint Padding;
        internal uint IfIndex;
        internal uint Padding2;
    }

    /// <summary>The first fields of struct bpf_map_info.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct MapInfo
    {
        internal uint Type;
        internal uint Id;
    }
}
