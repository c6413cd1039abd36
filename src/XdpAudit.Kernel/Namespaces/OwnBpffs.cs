using System.Text;

namespace XdpAudit.Kernel;

/// <summary>The bpffs in which the auditor's operations pin: the host's where it has one, otherwise one of our own.</summary>
public static unsafe class OwnBpffs
{
    /// <summary>Where distributions mount the host's bpffs.</summary>
    public const string HostMount = "/sys/fs/bpf";

    /// <summary>Is a bpffs mounted at this very directory?</summary>
    /// <param name="directory">An absolute path.</param>
    public static bool IsMountedAt(string directory) =>
        File.ReadLines("/proc/self/mounts").Select(l => l.Split(' ')).Any(p => p.Length > 2 && p[1] == directory && p[2] == "bpf");

    /// <summary>Is this directory on a bpffs, whichever is mounted on top there (proc_pid_mounts(5))?</summary>
    /// <param name="directory">An absolute path of a directory that is there.</param>
    public static bool Covers(string directory) =>
        File.ReadLines("/proc/self/mounts")
            .Select(l => l.Split(' '))
            .Where(p => p.Length > 2)
            .Select(p => (At: p[1].Replace("\\040", " ", StringComparison.Ordinal).TrimEnd('/'), Type: p[2]))
            .Where(m => directory == m.At || directory.StartsWith(m.At + "/", StringComparison.Ordinal))
            .Aggregate((At: "", Type: ""), (top, m) => m.At.Length >= top.At.Length ? m : top).Type == "bpf";

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
