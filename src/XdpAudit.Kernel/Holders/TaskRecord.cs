using System.Runtime.InteropServices;

namespace XdpAudit.Kernel;

/// <summary>struct task_record of Bpf/look.bpf.c: a process, or a thread in namespaces of its own.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TaskRecord
{
    /// <summary>0 when procfs was read, which does not tell it.</summary>
    internal ulong NetnsCookie;

    /// <summary>0 when it could not be read.</summary>
    internal uint NetnsInode;

    /// <summary>0 when it could not be read.</summary>
    internal uint MountInode;
    internal int Tgid;
    internal int Tid;

    /// <summary>Its directory in procfs.</summary>
    internal readonly string Proc(string root) => Tid == Tgid ? $"{root}/{Tgid}" : $"{root}/{Tgid}/task/{Tid}";
}
