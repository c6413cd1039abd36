namespace XdpAudit.Kernel;

/// <summary>Whether procfs shows every process of the host.</summary>
internal static class PidNamespace
{
    /// <summary>include/linux/proc_ns.h, PROC_PID_INIT_INO: the same on every host since Linux 3.8.</summary>
    private const ulong Initial = 0xEFFFFFFC;

    /// <summary>False also when it cannot be read.</summary>
    internal static bool IsInitial(string proc) => ProcFiles.TryReadNamespace($"{proc}/self/ns/pid", out var inode, out _) && inode == Initial;
}
