using System.Runtime.InteropServices;

namespace XdpAudit.Kernel;

/// <summary>struct link_record of Bpf/look.bpf.c.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LinkRecord
{
    internal long References;
    internal ulong NetnsCookie;
    internal uint NetnsInode;
    internal uint Id;
    internal uint Type;
    internal uint ProgramId;
    internal uint IfIndex;
    internal uint Flags;
    internal uint TargetProgramId;
    internal uint Unused;
    internal Bytes16 Device;
}
