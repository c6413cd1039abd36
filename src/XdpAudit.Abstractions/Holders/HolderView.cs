using System.Text.Json.Serialization;

namespace XdpAudit.Abstractions;

/// <summary>Something that keeps a program, link or map alive.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Descriptor), "fd")]
[JsonDerivedType(typeof(Pin), "pin")]
[JsonDerivedType(typeof(Link), "link")]
[JsonDerivedType(typeof(Netlink), "netlink")]
[JsonDerivedType(typeof(MapElement), "map")]
[JsonDerivedType(typeof(Program), "program")]
[JsonDerivedType(typeof(Unexplained), "unknown")]
public abstract record HolderView
{
    private HolderView()
    {
    }

    /// <summary>Since when it was seen to hold, UTC.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>A process, by a file descriptor.</summary>
    public sealed record Descriptor : HolderView
    {
        /// <summary>The process.</summary>
        public required ProcessIdentity Process { get; init; }

        /// <summary>The lowest descriptor number when first seen; -1 when not told.</summary>
        public required int Fd { get; init; }

        /// <summary>The thread whose table it is, when not the process's own.</summary>
        public int? Thread { get; init; }

        /// <summary>The process is the auditor.</summary>
        public bool Auditor { get; init; }
    }

    /// <summary>A pin.</summary>
    public sealed record Pin : HolderView
    {
        /// <summary>Its path in its mount namespace.</summary>
        public required PinPath Path { get; init; }

        /// <summary>The path by which the auditor's namespace reaches it.</summary>
        public required string ReachedBy { get; init; }

        /// <summary>Covered by another mount.</summary>
        public bool Hidden { get; init; }
    }

    /// <summary>A link keeps its program, also when it is defunct.</summary>
    public sealed record Link : HolderView
    {
        /// <summary>The link.</summary>
        public required LinkKey Key { get; init; }

        /// <summary>Its kernel id.</summary>
        public required KernelLinkId Id { get; init; }

        /// <summary>Its interface is gone or it was detached.</summary>
        public bool Defunct { get; init; }
    }

    /// <summary>A netlink attachment keeps its program and belongs to nobody.</summary>
    public sealed record Netlink : HolderView
    {
        /// <summary>Where.</summary>
        public required AttachPointKey AttachPoint { get; init; }

        /// <summary>The interface's name.</summary>
        [JsonPropertyName("ifname")]
        public required string IfName { get; init; }

        /// <summary>The mode.</summary>
        public required XdpMode Mode { get; init; }
    }

    /// <summary>An element of a map keeps a program.</summary>
    public sealed record MapElement : HolderView
    {
        /// <summary>The map.</summary>
        public required KernelMapId MapId { get; init; }

        /// <summary>Its type.</summary>
        public required string MapType { get; init; }

        /// <summary>The element's key.</summary>
        public required uint Index { get; init; }
    }

    /// <summary>A program keeps its maps.</summary>
    public sealed record Program : HolderView
    {
        /// <summary>The program.</summary>
        public required ProgramKey Key { get; init; }

        /// <summary>Its kernel id.</summary>
        public required KernelProgramId Id { get; init; }
    }

    /// <summary>Alive, and nothing that can be seen holds it.</summary>
    public sealed record Unexplained : HolderView
    {
        /// <summary>What could not be looked at, or that all could.</summary>
        public required string Why { get; init; }
    }
}
