using System.Runtime.InteropServices;

namespace XdpAudit.Recorder.Bench;

/// <summary>An XDP program that lets everything pass and is attached to nothing, loaded by raw bpf(2).</summary>
internal sealed unsafe class BpfProgram(int mark)
{
    private const int BPF_PROG_LOAD = 5;
    private const int BPF_OBJ_GET_INFO_BY_FD = 15;
    private const int BPF_LINK_CREATE = 28;
    private const uint BPF_PROG_TYPE_XDP = 6;
    private const uint BPF_XDP = 37;
    private const uint XDP_FLAGS_SKB_MODE = 2;
    private const int AttrBytes = 128;

    private static readonly int Number = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 280 : 321;

    /// <summary>r1 = the mark, r0 = XDP_PASS, exit: the mark makes the tag ours.</summary>
    private readonly ulong[] _instructions = [0x1b7 | ((ulong)(uint)mark << 32), 0x2_0000_00b7, 0x95];

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

    /// <summary>A descriptor of a link of it on that device, by generic XDP.</summary>
    internal static int Link(int program, uint device)
    {
        var attr = stackalloc uint[] { (uint)program, device, BPF_XDP, XDP_FLAGS_SKB_MODE };
        return Calls.Checked(Calls.SystemCall(Number, BPF_LINK_CREATE, (byte*)attr, 16));
    }

    /// <summary>The kernel's number and digest of it, struct bpf_prog_info, members id and tag.</summary>
    internal static (uint Id, string Tag) Info(int fd)
    {
        var info = stackalloc byte[16];
        var attr = stackalloc byte[16];
        new Span<byte>(info, 16).Clear();
        *(int*)attr = fd;
        *(uint*)(attr + 4) = 16;
        *(ulong*)(attr + 8) = (ulong)info;
        Calls.Checked(Calls.SystemCall(Number, BPF_OBJ_GET_INFO_BY_FD, attr, 16));
        return (*(uint*)(info + 4), Convert.ToHexStringLower(new ReadOnlySpan<byte>(info + 8, 8)));
    }
}
