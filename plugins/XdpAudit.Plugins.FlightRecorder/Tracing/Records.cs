using System.Runtime.InteropServices;

namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>enum record_kind in Bpf/records.h.</summary>
internal enum RecordKind : uint
{
    Process = 1,
    Load = 2,
    LoadFailed = 3,
    LinkCreate = 4,
    LinkUpdate = 5,
    LinkDetach = 6,
    Pin = 7,
    XdpSet = 8,
    Close = 9,
    Exit = 10,
    Unload = 11,
    LinkFree = 12,
    Unpin = 13,
    DeviceGone = 14,
}

/// <summary>struct head: who, when and what.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct RecordHead
{
    internal const uint KernelThread = 1;
    internal const uint Deferred = 2;

    internal ulong BootNs;
    internal ulong ProcessStart;
    internal ulong ExecId;
    internal ulong CgroupId;
    internal ulong NetnsCookie;
    internal uint NetnsInode;
    internal RecordKind Kind;
    internal uint Flags;
    internal uint Tgid;
    internal uint Tid;
    internal uint Uid;
    internal uint LoginUid;
    internal int Result;
    internal fixed byte Comm[16];
}

/// <summary>struct process_record up to its text, which may be empty: a kernel thread has neither arguments nor executable. So no byte more than that.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal unsafe struct ProcessRecord
{
    internal const int MostParents = 6;
    internal const int BytesPerParent = 20;
    internal const uint ExeComplete = 1;
    internal const uint ExeDeleted = 2;

    internal RecordHead Head;
    internal fixed byte Parents[MostParents * BytesPerParent];
    internal uint ParentCount;
    internal uint CommandBytes;
    internal uint CommandAll;
    internal uint ExeBytes;
    internal uint ExeFlags;
}

/// <summary>struct load_record.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LoadRecord
{
    internal const int MostMaps = 16;

    internal RecordHead Head;
    internal ulong LoadTime;
    internal ulong Memlock;
    internal uint Id;
    internal uint Type;
    internal uint Uid;
    internal uint Extends;
    internal fixed byte Tag[8];
    internal fixed byte Name[16];
    internal uint MapCount;
    internal uint Unused;
    internal fixed uint Maps[MostMaps];
}

/// <summary>struct load_failed_record.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LoadFailedRecord
{
    internal RecordHead Head;
    internal uint Type;
    internal uint Told;
    internal fixed byte Name[16];
}

/// <summary>struct device.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct DevicePart
{
    internal ulong NetnsCookie;
    internal uint NetnsInode;
    internal uint IfIndex;
    internal fixed byte Name[16];
}

/// <summary>struct link_record.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LinkRecord
{
    internal const uint DeviceGone = 1;

    internal RecordHead Head;
    internal DevicePart Device;
    internal uint Id;
    internal uint Type;
    internal uint Program;
    internal uint OldProgram;
    internal uint TargetProgram;
    internal uint Mode;
    internal uint Reason;
    internal uint Unused;
}

/// <summary>struct xdp_set_record.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct XdpSetRecord
{
    internal RecordHead Head;
    internal DevicePart Device;
    internal uint Mode;
    internal uint Before;
    internal uint After;
    internal uint Unused;
}

/// <summary>struct object_record.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ObjectRecord
{
    internal RecordHead Head;
    internal uint ObjectKind;
    internal uint Id;
    internal uint References;
    internal uint Unused;
    internal fixed byte Tag[8];
}

/// <summary>struct device_record.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct DeviceRecord
{
    internal RecordHead Head;
    internal DevicePart Device;
}

/// <summary>struct path_record up to its path.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PathRecord
{
    internal const uint LeafFirst = 1;

    internal RecordHead Head;
    internal uint ObjectKind;
    internal uint Id;
    internal uint PathBytes;
    internal uint Flags;
}

/// <summary>struct settings in Bpf/head.h, set before loading.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BpfSettings
{
    internal uint AllTypes;
    internal uint TellCloses;
    internal uint Self;
    internal uint Auditor;
}

/// <summary>struct counters in Bpf/head.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct BpfCounters
{
    internal const int RingFull = 0;
    internal const int CallsFull = 1;
    internal const int Unseen = 2;

    /// <summary>Counted by the kernel (bpf_prog_info), not in Bpf/head.h.</summary>
    internal const int LeftOut = 3;
    internal const int Reasons = 4;
    internal const int Marks = 4;
    internal const int Kinds = 16;

    internal fixed ulong Dropped[Reasons];
    internal fixed ulong Happened[Kinds];
    internal fixed ulong Marked[Marks];
    internal ulong UntoldCloses;
    internal ulong UntoldExits;
}
