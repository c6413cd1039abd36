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

    /// <summary>The process's network namespace, by cookie; null when not read.</summary>
    public NetnsCookie? NetnsCookie { get; init; }

    /// <summary>The command line, arguments joined by spaces, control characters escaped, cut at 256 bytes; null when not read.</summary>
    public string? CommandLine { get; init; }

    /// <summary>The container it ran in, by the id in its cgroup's path; null when that names none.</summary>
    public string? Container { get; init; }

    /// <summary>The Kubernetes pod it ran in, by the uid in its cgroup's path; null when that names none.</summary>
    public string? Pod { get; init; }

    /// <summary>Its parent and the parent's parents, up to the first service; null when not read.</summary>
    public IReadOnlyList<ParentProcess>? Parents { get; init; }

    /// <summary>What could not be had and why, one sentence each; null when all was had.</summary>
    public IReadOnlyList<string>? NotKnown { get; init; }
}

/// <summary>An ancestor of a process.</summary>
public sealed record ParentProcess(int Pid, string Comm);
