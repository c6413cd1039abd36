using System.Runtime.InteropServices;

namespace XdpAudit.Kernel;

/// <summary>bpf(2), https://man7.org/linux/man-pages/man2/bpf.2.html: the commands that look, none that change.</summary>
internal static unsafe partial class BpfCalls
{
    internal const int BPF_MAP_LOOKUP_ELEM = 1;
    internal const int BPF_MAP_GET_NEXT_KEY = 4;
    internal const int BPF_OBJ_GET = 7;
    internal const int BPF_PROG_GET_NEXT_ID = 11;
    internal const int BPF_MAP_GET_NEXT_ID = 12;
    internal const int BPF_PROG_GET_FD_BY_ID = 13;
    internal const int BPF_MAP_GET_FD_BY_ID = 14;
    internal const int BPF_OBJ_GET_INFO_BY_FD = 15;
    internal const int BPF_BTF_GET_FD_BY_ID = 19;
    internal const int BPF_LINK_GET_FD_BY_ID = 30;
    internal const int BPF_LINK_GET_NEXT_ID = 31;

    internal const uint BPF_F_RDONLY = 1u << 3;

    private static readonly nint Number = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 280 : 321;

    /// <summary>
    /// BPF_*_GET_NEXT_ID: 0, or -1 and ENOENT after the last, EPERM without CAP_SYS_ADMIN.
    /// BPF_*_GET_FD_BY_ID: a descriptor, or -1 and ENOENT when it is gone, EAGAIN when a link is not settled yet, EPERM without CAP_SYS_ADMIN.
    /// BPF_OBJ_GET: a descriptor, or -1 and EACCES, EPERM, ENOENT, EINVAL for a link opened read-only.
    /// BPF_OBJ_GET_INFO_BY_FD: 0, or -1 and EINVAL for a descriptor of another kind.
    /// BPF_MAP_LOOKUP_ELEM, BPF_MAP_GET_NEXT_KEY: 0, or -1 and ENOENT for an empty element or after the last, EPERM for a write-only map.
    /// </summary>
    internal static int Bpf(int command, void* attr, uint size) => (int)SystemCall(Number, command, attr, size);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint command, void* attr, nuint size);
}
