using System.Text.Json.Serialization;

namespace XdpAudit.Abstractions;

/// <summary>Load one program of an object file. All maps of the object are created; other programs of it are not loaded.</summary>
public sealed record LoadRequest
{
    /// <summary>Absolute path of the ELF object.</summary>
    public required string ObjectPath { get; init; }

    /// <summary>SHA-256 of that file, lower-case hexadecimal: what was approved is what is loaded.</summary>
    public required string ObjectSha256 { get; init; }

    /// <summary>The program's function name in the object.</summary>
    public required string Program { get; init; }

    /// <summary>Where to pin it; null to hold it by a descriptor of the executor.</summary>
    public PinPath? Pin { get; init; }
}

/// <summary>A program that was loaded.</summary>
public sealed record LoadedProgram
{
    /// <summary>The kernel's id.</summary>
    public required KernelProgramId Id { get; init; }

    /// <summary>Load time, nanoseconds since boot.</summary>
    public required ulong LoadedNs { get; init; }

    /// <summary>Program type as bpftool writes it.</summary>
    public required string Type { get; init; }

    /// <summary>The name the kernel keeps.</summary>
    public required string Name { get; init; }

    /// <summary>The kernel's digest.</summary>
    public required ProgramTag Tag { get; init; }

    /// <summary>Its maps.</summary>
    public IReadOnlyList<KernelMapId> MapIds { get; init; } = [];

    /// <summary>One of <see cref="Abstractions.Persistence"/>.</summary>
    public required string Persistence { get; init; }

    /// <summary>Its pin, when pinned.</summary>
    public PinPath? Pin { get; init; }
}

/// <summary>Names a program for the executor: by kernel id and load time, so that a reused id is refused.</summary>
/// <param name="Id">The kernel's id.</param>
/// <param name="LoadedNs">Its load time; a program of that id with another load time answers not-found.</param>
public sealed record ProgramRef(KernelProgramId Id, ulong LoadedNs);

/// <summary>Names an interface in a namespace.</summary>
public sealed record InterfaceRef
{
    /// <summary>The namespace's cookie.</summary>
    public required NetnsCookie Netns { get; init; }

    /// <summary>A path by which it can be entered; null for the auditor's own.</summary>
    public string? NetnsPath { get; init; }

    /// <summary>The interface's number there.</summary>
    [JsonPropertyName("ifindex")]
    public required IfIndex IfIndex { get; init; }

    /// <summary>The name it had when asked, for messages.</summary>
    public required string Name { get; init; }
}

/// <summary>Attach a loaded program to an interface.</summary>
public sealed record AttachRequest
{
    /// <summary>The program.</summary>
    public required ProgramRef Program { get; init; }

    /// <summary>Where.</summary>
    public required InterfaceRef Interface { get; init; }

    /// <summary>The mode; Unknown leaves it to the kernel.</summary>
    public XdpMode Mode { get; init; }

    /// <summary>By netlink instead of by a link.</summary>
    public bool ByNetlink { get; init; }

    /// <summary>
    /// Netlink only: replace exactly this program (XDP_FLAGS_REPLACE), which needs <see cref="ExecutorCapability.AttachExpected"/>; null attaches only
    /// where none is (XDP_FLAGS_UPDATE_IF_NOEXIST).
    /// </summary>
    public KernelProgramId? ExpectedOld { get; init; }

    /// <summary>Where to pin the link; null to hold it by a descriptor of the executor.</summary>
    public PinPath? Pin { get; init; }
}

/// <summary>An attachment that was made.</summary>
public sealed record AttachedProgram
{
    /// <summary>The link; null for a netlink attachment.</summary>
    public KernelLinkId? Link { get; init; }

    /// <summary>The program in force.</summary>
    public required KernelProgramId Program { get; init; }

    /// <summary>The mode read back from the interface.</summary>
    public required XdpMode Mode { get; init; }

    /// <summary>One of <see cref="Abstractions.Persistence"/>.</summary>
    public required string Persistence { get; init; }

    /// <summary>The link's pin, when pinned.</summary>
    public PinPath? Pin { get; init; }
}

/// <summary>Replace the program of a link.</summary>
/// <param name="Link">The link.</param>
/// <param name="Program">The new program.</param>
/// <param name="ExpectedOld">Only if this one is there (BPF_F_REPLACE); null for any.</param>
public sealed record UpdateLinkRequest(KernelLinkId Link, ProgramRef Program, KernelProgramId? ExpectedOld);

/// <summary>Detach a link, or the netlink attachment of an interface.</summary>
public sealed record DetachRequest
{
    /// <summary>The link to detach; null for a netlink attachment.</summary>
    public KernelLinkId? Link { get; init; }

    /// <summary>The interface of a netlink attachment; null for a link.</summary>
    public InterfaceRef? Interface { get; init; }

    /// <summary>Netlink: the mode it is attached in. A wrong mode removes nothing and the kernel calls it success; the executor reads back.</summary>
    public XdpMode Mode { get; init; }

    /// <summary>
    /// Netlink: only if this program is there; null for any. An executor without <see cref="ExecutorCapability.AttachExpected"/> looks right before it
    /// acts, and warns that another program may have come in between.
    /// </summary>
    public KernelProgramId? ExpectedOld { get; init; }
}

/// <summary>Let go of a program: remove our pins of it and close our descriptors. The kernel unloads it when its last reference goes.</summary>
/// <param name="Program">The program.</param>
/// <param name="Pins">Pins to remove, all of this program.</param>
public sealed record UnloadRequest(ProgramRef Program, IReadOnlyList<PinPath> Pins);

/// <summary>What letting go led to.</summary>
/// <param name="Gone">The kernel no longer lists it.</param>
public sealed record UnloadResult(bool Gone);

/// <summary>Pin an object.</summary>
/// <param name="Kind">One of <see cref="ObjectKind"/>.</param>
/// <param name="ObjectId">The kernel's id.</param>
/// <param name="Path">Where; its directory is made when missing, on a bpffs.</param>
public sealed record PinRequest(string Kind, uint ObjectId, PinPath Path);

/// <summary>Remove a pin, only if it is of this object.</summary>
/// <param name="Kind">One of <see cref="ObjectKind"/>.</param>
/// <param name="ObjectId">The kernel's id.</param>
/// <param name="Path">The pin.</param>
public sealed record UnpinRequest(string Kind, uint ObjectId, PinPath Path);

/// <summary>A pin made or removed.</summary>
/// <param name="Path">Where.</param>
public sealed record PinResult(PinPath Path);

/// <summary>Take an object up again from its pin.</summary>
/// <param name="Path">The pin.</param>
public sealed record AdoptRequest(PinPath Path);

/// <summary>What the pin holds.</summary>
/// <param name="Kind">One of <see cref="ObjectKind"/>.</param>
/// <param name="ObjectId">The kernel's id.</param>
/// <param name="Path">The pin.</param>
public sealed record AdoptedObject(string Kind, uint ObjectId, PinPath Path);

/// <summary>Nothing to say.</summary>
public sealed record NoValue;
