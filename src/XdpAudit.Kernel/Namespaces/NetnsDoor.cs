namespace XdpAudit.Kernel;

/// <summary>A network namespace that something told of, and the ways into it.</summary>
internal sealed class NetnsDoor(uint inode)
{
    internal uint Inode { get; } = inode;

    /// <summary>0 when what told of it does not know.</summary>
    internal ulong Cookie { get; set; }

    /// <summary>Its name under /run/netns, escaped.</summary>
    internal string? Name { get; set; }

    /// <summary>Paths to a file of it on nsfs, as bytes; those of mounts before those of processes, which end.</summary>
    internal List<byte[]> Paths { get; } = [];

    /// <summary>Some of the sockets in it that processes of other namespaces hold.</summary>
    internal List<FileRecord> Sockets { get; } = [];

    /// <summary>Something that was seen keeps it, such as a link on one of its interfaces; else it may simply be gone by now.</summary>
    internal bool Insisted { get; set; }
}
