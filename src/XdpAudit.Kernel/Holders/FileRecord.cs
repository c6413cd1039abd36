using System.Runtime.InteropServices;

namespace XdpAudit.Kernel;

/// <summary>enum file_kind of Bpf/look.bpf.c.</summary>
internal enum FileKind : uint
{
    Program = 1,
    Link = 2,
    Map = 3,

    /// <summary>A descriptor of a network namespace.</summary>
    Netns = 4,

    /// <summary>A socket in another network namespace than its process.</summary>
    Socket = 5,

    /// <summary>A file or directory on a bpffs.</summary>
    Bpffs = 6,
}

/// <summary>struct file_record of Bpf/look.bpf.c.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FileRecord
{
    internal ulong NetnsCookie;
    internal uint NetnsInode;
    internal FileKind Kind;
    internal int Tgid;
    internal int Tid;
    internal int Fd;
    internal uint Id;

    /// <summary>The kernel's dev_t: major in the upper 12 bits, minor in the lower 20.</summary>
    internal uint Device;
    internal uint IsDirectory;

    internal readonly string Proc(string root) => Tid == Tgid ? $"{root}/{Tgid}/fd/{Fd}" : $"{root}/{Tgid}/task/{Tid}/fd/{Fd}";
}
