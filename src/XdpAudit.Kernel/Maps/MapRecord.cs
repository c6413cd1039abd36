using System.Runtime.InteropServices;

namespace XdpAudit.Kernel;

/// <summary>struct map_record of Bpf/look.bpf.c.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MapRecord
{
    internal ulong Cookie;
    internal long UserReferences;
    internal uint Id;
    internal uint Type;
    internal uint KeyBytes;
    internal uint ValueBytes;
    internal uint MaxEntries;
    internal uint Flags;
    internal uint BtfId;
    internal uint Frozen;
    internal Bytes16 Name;
}
