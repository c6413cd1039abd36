using System.Runtime.InteropServices;

namespace XdpAudit.Kernel;

/// <summary>struct map_record of Bpf/look.bpf.c.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MapRecord
{
    /// <summary>
    /// Whether opening it does nothing to it. A descriptor is a user reference, and where it is the last to go the kernel acts: it cancels what
    /// special fields of elements have started, and it has a prog_array emptied by deferred work. Asked for that work while it is still due,
    /// it counts one reference that nobody gives back, and the map stays for the rest of the boot (docs/decisions/0002). That a prog_array has
    /// user references now does not say that it will when we close it.
    /// </summary>
    internal readonly bool MayOpen => Type != MapTypes.ProgArray && (UserReferences > 0 || HasSpecialFields == 0);

    internal ulong Cookie;
    internal long UserReferences;
    internal ulong Memory;
    internal uint Id;
    internal uint Type;
    internal uint KeyBytes;
    internal uint ValueBytes;
    internal uint MaxEntries;
    internal uint Flags;
    internal uint BtfId;
    internal byte Frozen;
    internal byte HasSpecialFields;
    internal ushort Unused;
    internal Bytes16 Name;
}
