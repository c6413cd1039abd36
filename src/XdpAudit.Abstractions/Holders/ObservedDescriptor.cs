namespace XdpAudit.Abstractions;

/// <summary>A process that holds an object by at least one file descriptor.</summary>
public sealed record ObservedDescriptor
{
    /// <summary>The process.</summary>
    public required ProcessIdentity Process { get; init; }

    /// <summary>The thread whose descriptor table it is, when not the process's own; null otherwise.</summary>
    public int? Thread { get; init; }

    /// <summary>The lowest descriptor number; -1 when the method does not tell.</summary>
    public required int Fd { get; init; }

    /// <summary>One of <see cref="ObjectKind"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The kernel's id of the object.</summary>
    public required uint ObjectId { get; init; }
}
