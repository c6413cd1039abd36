using System.Runtime.InteropServices;

namespace XdpAudit.Recorder.Bench;

/// <summary>An XDP program that lets everything pass and is attached to nothing, loaded by raw bpf(2).</summary>
internal sealed unsafe class BpfProgram
{
    private const int BPF_PROG_LOAD = 5;
    private const int BPF_OBJ_GET_INFO_BY_FD = 15;
    private const uint BPF_PROG_TYPE_XDP = 6;
    private const int AttrBytes = 128;

    private static readonly int Number = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 280 : 321;

    /// <summary>r1 = our pid, r0 = XDP_PASS, exit: the pid makes the tag ours.</summary>
    private readonly ulong[] _instructions = [0x1b7 | ((ulong)Environment.ProcessId << 32), 0x2_0000_00b7, 0x95];

    /// <summary>A descriptor of a new one.</summary>
    internal int Load()
    {
        var attr = stackalloc byte[AttrBytes];
        new Span<byte>(attr, AttrBytes).Clear();
        fixed (ulong* instructions = _instructions)
        fixed (byte* license = "GPL\0"u8)
        {
            *(uint*)attr = BPF_PROG_TYPE_XDP;
            *(uint*)(attr + 4) = (uint)_instructions.Length;
            *(ulong*)(attr + 8) = (ulong)instructions;
            *(ulong*)(attr + 16) = (ulong)license;
            "xa_storm"u8.CopyTo(new Span<byte>(attr + 48, 16));
            return Calls.Checked(Calls.SystemCall(Number, BPF_PROG_LOAD, attr, AttrBytes));
        }
    }

    /// <summary>The kernel's digest of it, struct bpf_prog_info, member tag.</summary>
    internal static string Tag(int fd)
    {
        var info = stackalloc byte[16];
        var attr = stackalloc byte[16];
        new Span<byte>(info, 16).Clear();
        *(int*)attr = fd;
        *(uint*)(attr + 4) = 16;
        *(ulong*)(attr + 8) = (ulong)info;
        Calls.Checked(Calls.SystemCall(Number, BPF_OBJ_GET_INFO_BY_FD, attr, 16));
        return Convert.ToHexStringLower(new ReadOnlySpan<byte>(info + 8, 8));
    }
}
