using System.Runtime.InteropServices;

namespace XdpAudit.Kernel;

/// <summary>What one may ask about, and borrow from, another process: kcmp(2), pidfd_open(2), pidfd_getfd(2).</summary>
internal static partial class Tasks
{
    internal const int KCMP_FILES = 2;

    /// <summary>include/uapi/linux/pidfd.h, Linux 6.9: O_EXCL.</summary>
    internal const int PIDFD_THREAD = 0x80;

    /// <summary>pidfd_open(2) and pidfd_getfd(2), the same numbers on every architecture.</summary>
    private const nint SYS_pidfd_open = 434;
    private const nint SYS_pidfd_getfd = 438;

    private static readonly nint Number = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 272 : 312;

    /// <summary>
    /// https://man7.org/linux/man-pages/man2/kcmp.2.html - 0 when both share one descriptor table, 1 to 3 when not, -1 and EPERM, ESRCH or ENOSYS.
    /// </summary>
    internal static int CompareFiles(int one, int other) => (int)SystemCall(Number, one, other, KCMP_FILES, 0, 0);

    /// <summary>
    /// https://man7.org/linux/man-pages/man2/pidfd_open.2.html - a descriptor of a process, Linux 5.3, or with PIDFD_THREAD of a thread; -1 and ESRCH when gone,
    /// EINVAL for a thread before Linux 6.9.
    /// </summary>
    internal static int PidFdOpen(int pid, int flags) => (int)SystemCall(SYS_pidfd_open, pid, flags, 0, 0, 0);

    /// <summary>
    /// https://man7.org/linux/man-pages/man2/pidfd_getfd.2.html - a copy of another's descriptor, closed on exec, Linux 5.6; -1 and ESRCH or EBADF when it is gone,
    /// EPERM without PTRACE_MODE_ATTACH_REALCREDS.
    /// </summary>
    internal static int PidFdGetFd(int process, int fd) => (int)SystemCall(SYS_pidfd_getfd, process, fd, 0, 0, 0);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint one, nint other, nint type, nint index1, nint index2);
}
