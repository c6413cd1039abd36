using System.Runtime.InteropServices;

namespace XdpAudit.Kernel;

/// <summary>kcmp(2).</summary>
internal static partial class Tasks
{
    internal const int KCMP_FILES = 2;

    private static readonly nint Number = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 272 : 312;

    /// <summary>
    /// https://man7.org/linux/man-pages/man2/kcmp.2.html - 0 when both share one descriptor table, 1 to 3 when not, -1 and EPERM, ESRCH or ENOSYS.
    /// </summary>
    internal static int CompareFiles(int one, int other) => (int)SystemCall(Number, one, other, KCMP_FILES, 0, 0);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint one, nint other, nint type, nint index1, nint index2);
}
