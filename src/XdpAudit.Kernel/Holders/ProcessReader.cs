using XdpAudit.Abstractions;

namespace XdpAudit.Kernel;

/// <summary>A process's identity from procfs. Each part is read by itself: most are open to everyone, exe and ns are not.</summary>
internal static class ProcessReader
{
    private const uint NeverSet = uint.MaxValue;

    /// <summary>Null when there is no such process any more.</summary>
    internal static ProcessIdentity? Read(int pid, string proc)
    {
        var directory = $"{proc}/{pid}";
        if (!ProcFiles.TryRead($"{directory}/stat", out var stat, out var errno))
        {
            return Errno.IsGone(errno) ? null : new() { Pid = pid };
        }

        var parsed = ProcStat.TryParse(stat, out var comm, out var startTicks);
        return new()
        {
            Pid = pid,
            StartTicks = parsed ? startTicks : null,
            Comm = parsed ? KernelText.Escape(comm) : null,
            Exe = ProcFiles.TryReadLink($"{directory}/exe", out var exe, out _) ? KernelText.Escape(exe) : null,
            Uid = ProcFiles.TryRead($"{directory}/status", out var status, out _) && FdInfo.TryParse(status, "Uid"u8, out var uid) ? (uint)uid : null,
            LoginUid = LoginUid($"{directory}/loginuid"),
            Cgroup = ProcFiles.TryRead($"{directory}/cgroup", out var cgroup, out _) && ProcCgroup.TryParse(cgroup, out var path) ? KernelText.Escape(path) : null,
            Netns = ProcFiles.TryReadNamespace($"{directory}/ns/net", out var inode, out _) ? new(inode) : null,
        };
    }

    private static uint? LoginUid(string path) =>
        ProcFiles.TryRead(path, out var content, out _) && System.Buffers.Text.Utf8Parser.TryParse(content, out uint uid, out _) && uid != NeverSet ? uid : null;
}
