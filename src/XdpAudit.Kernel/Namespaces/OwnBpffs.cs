using System.Text;

namespace XdpAudit.Kernel;

/// <summary>The bpffs in which the auditor's operations pin: the host's where it has one, otherwise one of our own.</summary>
public static unsafe class OwnBpffs
{
    /// <summary>Where distributions mount the host's bpffs.</summary>
    public const string HostMount = "/sys/fs/bpf";

    /// <summary>Is a bpffs mounted at this very directory, so that its path leads there? A list of mounts does not tell: another mount may cover it, or a directory above it.</summary>
    /// <param name="directory">An absolute path.</param>
    public static bool IsMountedAt(string directory) => Covers(directory) && !Covers(Path.GetDirectoryName(directory) ?? "/");

    /// <summary>Is this directory on a bpffs (statfs(2))? False when it is not there.</summary>
    /// <param name="directory">An absolute path.</param>
    public static bool Covers(string directory)
    {
        var answer = stackalloc long[NamespaceCalls.StatFsLongs];
        fixed (byte* path = Encoding.UTF8.GetBytes(directory + "\0"))
        {
            return NamespaceCalls.StatFs(path, answer) == 0 && *answer == NamespaceCalls.BPF_FS_MAGIC;
        }
    }

    /// <summary>Mounts a bpffs at a directory, which is made when missing; nothing when one is there already.</summary>
    /// <exception cref="KernelException">The kernel refuses, EPERM without CAP_SYS_ADMIN.</exception>
    public static void MountAt(string directory)
    {
        if (IsMountedAt(directory))
        {
            return;
        }

        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        fixed (byte* target = Encoding.UTF8.GetBytes(directory + "\0"))
        fixed (byte* type = "bpf\0"u8)
        fixed (byte* data = "mode=0700\0"u8)
        {
            if (NamespaceCalls.Mount(type, target, type, 0, data) != 0)
            {
                throw new KernelException("mount a bpffs at", directory, Errno.Last, "needs CAP_SYS_ADMIN; or name a mounted one with --bpffs");
            }
        }
    }
}
