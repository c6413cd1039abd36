namespace XdpAudit.Abstractions;

/// <summary>A process, told apart from a later one with the same pid by its start time. What could not be read is null, with the reason beside it.</summary>
public sealed record ProcessIdentity
{
    /// <summary>The thread group id as seen from the auditor's pid namespace.</summary>
    public required int Pid { get; init; }

    /// <summary>Clock ticks since boot, field 22 of <c>/proc/PID/stat</c> (proc(5)); null if not readable.</summary>
    public ulong? StartTicks { get; init; }

    /// <summary><c>/proc/PID/comm</c>, 15 bytes at most, control characters escaped.</summary>
    public string? Comm { get; init; }

    /// <summary>The target of <c>/proc/PID/exe</c>; null for kernel threads or when refused.</summary>
    public string? Exe { get; init; }

    /// <summary>Real user id.</summary>
    public uint? Uid { get; init; }

    /// <summary><c>/proc/PID/loginuid</c>: who logged in to start this; null when never set.</summary>
    public uint? LoginUid { get; init; }

    /// <summary>The path in <c>/proc/PID/cgroup</c> (unified hierarchy, else the first).</summary>
    public string? Cgroup { get; init; }

    /// <summary>The process's network namespace, by inode.</summary>
    public NetnsInode? Netns { get; init; }
}
