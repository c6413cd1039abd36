namespace XdpAudit.Abstractions;

/// <summary>A map as one look at the kernel found it.</summary>
public sealed record ObservedMap
{
    /// <summary><c>bpf_map_info.id</c>.</summary>
    public required KernelMapId Id { get; init; }

    /// <summary>Map type as bpftool writes it: <c>hash</c>, <c>prog_array</c>, <c>devmap</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Name, at most 15 bytes; empty if none.</summary>
    public required string Name { get; init; }

    /// <summary>Bytes per key.</summary>
    public uint KeyBytes { get; init; }

    /// <summary>Bytes per value.</summary>
    public uint ValueBytes { get; init; }

    /// <summary>Capacity in entries.</summary>
    public uint MaxEntries { get; init; }

    /// <summary>BPF_F_ flags given at creation (bpf.h).</summary>
    public uint Flags { get; init; }

    /// <summary>Bytes of locked memory charged, <c>memlock</c> in fdinfo; null when not read.</summary>
    public ulong? MemlockBytes { get; init; }

    /// <summary>Frozen against writes from user space; null when not read.</summary>
    public bool? Frozen { get; init; }

    /// <summary>BTF object, 0 for none.</summary>
    public uint? BtfId { get; init; }
}

/// <summary>A program kept by an element of a map: a prog_array slot, or the program of a devmap or cpumap entry.</summary>
/// <param name="Map">The map.</param>
/// <param name="Index">The element's key: slot, ifindex key or cpu.</param>
/// <param name="Program">The program it keeps.</param>
public sealed record ObservedMapElement(KernelMapId Map, uint Index, KernelProgramId Program);
