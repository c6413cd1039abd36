namespace XdpAudit.Abstractions;

/// <summary>What one full look at a host saw. A look is not atomic: both its ends are evidence.</summary>
public sealed record Observation
{
    /// <summary>UUID version 7 without dashes.</summary>
    public required string Id { get; init; }

    /// <summary>The host.</summary>
    public required HostId Host { get; init; }

    /// <summary>The boot it was made in.</summary>
    public required BootId Boot { get; init; }

    /// <summary>Wall clock before the first read, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>
    /// CLOCK_BOOTTIME before the first read, nanoseconds: what sensors saw until then, this look sees the effect of. Null when it was not read; then
    /// it is taken from the wall clock, which somebody may have set since the boot.
    /// </summary>
    public ulong? StartedBootNs { get; init; }

    /// <summary>Wall clock after the last read, UTC.</summary>
    public required DateTimeOffset FinishedAt { get; init; }

    /// <summary>Wall clock of the moment the kernel booted: realtime minus CLOCK_BOOTTIME, UTC. Turns load times into moments.</summary>
    public required DateTimeOffset BootedAt { get; init; }

    /// <summary>The kernel's release, as uname(2) gives it.</summary>
    public string KernelRelease { get; init; } = "";

    /// <summary>What was complete and what not.</summary>
    public required Coverage Coverage { get; init; }

    /// <summary>All programs of all types.</summary>
    public IReadOnlyList<ObservedProgram> Programs { get; init; } = [];

    /// <summary>All links of all types.</summary>
    public IReadOnlyList<ObservedLink> Links { get; init; } = [];

    /// <summary>All maps.</summary>
    public IReadOnlyList<ObservedMap> Maps { get; init; } = [];

    /// <summary>Programs kept by map elements.</summary>
    public IReadOnlyList<ObservedMapElement> MapElements { get; init; } = [];

    /// <summary>Network namespaces.</summary>
    public IReadOnlyList<ObservedNamespace> Namespaces { get; init; } = [];

    /// <summary>All interfaces of all namespaces that could be read.</summary>
    public IReadOnlyList<ObservedInterface> Interfaces { get; init; } = [];

    /// <summary>All pins found.</summary>
    public IReadOnlyList<ObservedPin> Pins { get; init; } = [];

    /// <summary>All processes that hold a program, link or map.</summary>
    public IReadOnlyList<ObservedDescriptor> Descriptors { get; init; } = [];
}
