namespace XdpAudit.Abstractions;

/// <summary>What a pin or a descriptor refers to.</summary>
public static class ObjectKind
{
    /// <summary>A program.</summary>
    public const string Program = "program";

    /// <summary>A link.</summary>
    public const string Link = "link";

    /// <summary>A map.</summary>
    public const string Map = "map";

    /// <summary>Could be read, but is none of these or would not tell.</summary>
    public const string Unknown = "unknown";
}

/// <summary>A file on a bpffs that keeps an object (bpf(2), BPF_OBJ_PIN).</summary>
public sealed record ObservedPin
{
    /// <summary>Path in the mount namespace it was found in.</summary>
    public required PinPath Path { get; init; }

    /// <summary>The bpffs instance: st_dev. Two mounts of one instance show the same pins.</summary>
    public required ulong Device { get; init; }

    /// <summary>st_ino: with the device it tells a pin from a later one at the same path.</summary>
    public required ulong Inode { get; init; }

    /// <summary>One of <see cref="ObjectKind"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The kernel's id of the object; null when it could not be opened.</summary>
    public uint? ObjectId { get; init; }

    /// <summary>Inode of the mount namespace it was found in.</summary>
    public ulong? MountNamespace { get; init; }

    /// <summary>The path by which the auditor's namespace reaches it, such as <c>/proc/123/root/run/x</c>; equals Path in our own namespace.</summary>
    public required string ReachedBy { get; init; }

    /// <summary>Another mount covers its bpffs, so that its path does not lead to it.</summary>
    public bool Hidden { get; init; }
}
