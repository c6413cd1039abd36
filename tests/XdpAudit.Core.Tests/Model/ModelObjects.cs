namespace XdpAudit.Core.Tests;

/// <summary>A program of the model: lives as long as something refers to it.</summary>
internal sealed class ModelProgram
{
    internal required uint Id { get; init; }

    internal required ulong LoadedNs { get; init; }

    internal required string Type { get; init; }

    internal required string Name { get; init; }

    internal ModelProgram? Extends { get; init; }

    internal List<ModelMap> Maps { get; init; } = [];

    internal bool InScope => Type is "xdp" or "ext";
}

/// <summary>A link of the model. Without an interface an XDP link is defunct.</summary>
internal sealed class ModelLink
{
    internal required uint Id { get; init; }

    internal required string Type { get; init; }

    internal required ModelProgram Program { get; set; }

    internal ModelInterface? At { get; set; }

    internal XdpMode Mode { get; init; }
}

/// <summary>A map of the model.</summary>
internal sealed class ModelMap
{
    internal required uint Id { get; init; }

    internal required string Type { get; init; }

    internal SortedDictionary<uint, ModelProgram> Elements { get; } = [];
}

/// <summary>A network namespace of the model.</summary>
internal sealed class ModelNetns
{
    internal required ulong Cookie { get; init; }

    internal required ulong Inode { get; init; }

    internal uint NextIndex { get; set; } = 1;
}

/// <summary>An interface of the model, with at most one program in force.</summary>
internal sealed class ModelInterface
{
    internal required ModelNetns Netns { get; set; }

    internal required uint Index { get; set; }

    internal required string Name { get; set; }

    internal XdpMode Mode { get; set; }

    internal ModelProgram? Netlink { get; set; }

    internal ModelLink? Link { get; set; }

    internal ModelProgram? InForce => Link?.Program ?? Netlink;
}

/// <summary>A pin of the model.</summary>
internal sealed class ModelPin
{
    internal required string Path { get; set; }

    internal required ulong Device { get; init; }

    internal required ulong Inode { get; init; }

    internal required object Object { get; init; }

    internal bool Hidden { get; set; }
}

/// <summary>A process of the model: what it holds, each by one descriptor or two.</summary>
internal sealed class ModelProcess
{
    internal required int Pid { get; init; }

    internal required ulong StartTicks { get; init; }

    internal List<object> Held { get; } = [];
}
