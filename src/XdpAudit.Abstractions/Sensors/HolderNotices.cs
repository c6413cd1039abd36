namespace XdpAudit.Abstractions;

/// <summary>A program, link or map was pinned (BPF_OBJ_PIN).</summary>
/// <param name="Held">One of <see cref="ObjectKind"/>.</param>
/// <param name="HeldId">The kernel's id.</param>
/// <param name="Path">The path as it was given, which may be relative to a directory that was not seen.</param>
public sealed record PinNotice(string Held, uint HeldId, PinPath Path) : KernelNotice;

/// <summary>A pin was removed.</summary>
/// <param name="Path">The path at which it was seen to go.</param>
public sealed record UnpinNotice(PinPath Path) : KernelNotice
{
    /// <summary>One of <see cref="ObjectKind"/>; null when only the path was seen.</summary>
    public string? Held { get; init; }

    /// <summary>The kernel's id; null when only the path was seen.</summary>
    public uint? HeldId { get; init; }
}

/// <summary>
/// A process is about to close a descriptor, or closed it. If it is the last of its open file, and nothing else holds the object, the object
/// goes with it, but later.
/// </summary>
/// <param name="Held">One of <see cref="ObjectKind"/>.</param>
/// <param name="HeldId">The kernel's id.</param>
/// <param name="Last">No other descriptor of the same open file is left.</param>
public sealed record DescriptorCloseNotice(string Held, uint HeldId, bool Last) : KernelNotice;
