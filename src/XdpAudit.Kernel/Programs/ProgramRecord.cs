using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace XdpAudit.Kernel;

/// <summary>struct program_record of Bpf/look.bpf.c.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ProgramRecord
{
    internal ulong LoadTime;
    internal long References;
    internal uint Id;
    internal uint Type;
    internal uint Uid;
    internal uint Instructions;
    internal uint JitedBytes;
    internal uint Pages;
    internal uint BtfId;
    internal uint VerifiedInsns;
    internal uint UsedMaps;
    internal uint Functions;
    internal uint Extends;
    internal byte GplCompatible;
    internal byte Jited;
    internal byte DeviceBound;
    internal byte HasVerifiedInsns;
    internal ulong Tag;
    internal Bytes16 Name;
}

/// <summary>A name of 15 bytes and a 0, as the kernel keeps them.</summary>
[InlineArray(16)]
internal struct Bytes16
{
    private byte _first;
}
