namespace XdpAudit.Kernel;

/// <summary>What a path names, not what a link there leads to.</summary>
public enum InodeKind
{
    /// <summary>None of the others.</summary>
    Unknown,

    /// <summary>A regular file.</summary>
    Regular,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A symbolic link.</summary>
    SymbolicLink,

    /// <summary>A named pipe: opening one may wait for ever.</summary>
    Pipe,

    /// <summary>A unix socket.</summary>
    Socket,

    /// <summary>A character or block device.</summary>
    Device,
}

/// <summary>Who owns a file and who may write it, as statx(2) tells.</summary>
public sealed record FileStatus
{
    private const ushort TypeBits = 0xf000; // S_IFMT, inode(7)

    /// <summary>What it is.</summary>
    public required InodeKind Kind { get; init; }

    /// <summary>The owner's user id.</summary>
    public required uint Uid { get; init; }

    /// <summary>The permission bits with setuid, setgid and sticky: 12 bits.</summary>
    public required uint Mode { get; init; }

    /// <summary>Bytes.</summary>
    public required long Size { get; init; }

    /// <summary>The device and the inode on it: the same for the same file, as long as it is there.</summary>
    public required (uint Major, uint Minor, ulong Inode) Identity { get; init; }

    /// <summary>When content or status changed last; for telling whether it changed between two looks, not for dates.</summary>
    public required (long Seconds, uint Nanoseconds, long ContentSeconds, uint ContentNanoseconds) Changed { get; init; }

    /// <summary>The group or everybody may write. Access lists are in it: with one, the group's bits are the most that anybody in it gets (acl(5)).</summary>
    public bool IsWritableByOthers => (Mode & 0x12) != 0;

    /// <summary>Whoever runs it gets the rights of its owner or group.</summary>
    public bool IsSetId => (Mode & 0xc00) != 0;

    /// <summary>In such a directory only the owner of a file may rename or remove it.</summary>
    public bool IsSticky => (Mode & 0x200) != 0;

    internal static FileStatus From(in statx answer) => new()
    {
        Kind = (answer.stx_mode & TypeBits) switch
        {
            0x8000 => InodeKind.Regular,
            0x4000 => InodeKind.Directory,
            0xa000 => InodeKind.SymbolicLink,
            0x1000 => InodeKind.Pipe,
            0xc000 => InodeKind.Socket,
            0x2000 or 0x6000 => InodeKind.Device,
            _ => InodeKind.Unknown,
        },
        Uid = answer.stx_uid,
        Mode = (uint)(answer.stx_mode & ~TypeBits),
        Size = (long)answer.stx_size,
        Identity = (answer.stx_dev_major, answer.stx_dev_minor, answer.stx_ino),
        Changed = (answer.stx_ctime.tv_sec, answer.stx_ctime.tv_nsec, answer.stx_mtime.tv_sec, answer.stx_mtime.tv_nsec),
    };
}
