namespace XdpAudit.Abstractions;

/// <summary>What was looked at, how, and whether it was seen to the end.</summary>
public sealed record Coverage
{
    /// <summary>BPF programs.</summary>
    public required PartCoverage Programs { get; init; }

    /// <summary>BPF links.</summary>
    public required PartCoverage Links { get; init; }

    /// <summary>BPF maps and, for those that can keep programs, their elements.</summary>
    public required PartCoverage Maps { get; init; }

    /// <summary>The list of network namespaces.</summary>
    public required PartCoverage Namespaces { get; init; }

    /// <summary>Interfaces and what is attached to them, in every namespace that was found.</summary>
    public required PartCoverage Attachments { get; init; }

    /// <summary>Pins in every bpffs of every mount namespace.</summary>
    public required PartCoverage Pins { get; init; }

    /// <summary>File descriptors of all processes.</summary>
    public required PartCoverage Holders { get; init; }

    /// <summary>The parts by name, in a fixed order.</summary>
    public IEnumerable<(string Name, PartCoverage Part)> Parts() =>
    [
        ("programs", Programs), ("links", Links), ("maps", Maps), ("namespaces", Namespaces),
        ("attachments", Attachments), ("pins", Pins), ("holders", Holders),
    ];
}

/// <summary>One part of a look. From a part that is not complete no disappearance may be concluded.</summary>
public sealed record PartCoverage
{
    /// <summary>Read to the end, nothing refused.</summary>
    public required bool Complete { get; init; }

    /// <summary>How: <c>iterator</c>, <c>id-walk</c>, <c>fdinfo</c>, <c>rtnetlink</c>, <c>bpffs-walk</c>.</summary>
    public required string Method { get; init; }

    /// <summary>What was missed, and why. Objects that came or went while being listed are not missed.</summary>
    public IReadOnlyList<CoverageGap> Gaps { get; init; } = [];
}

/// <summary>Something that could not be looked at.</summary>
public sealed record CoverageGap
{
    /// <summary>What was tried, on what: <c>open network namespace of pid 17</c>.</summary>
    public required string What { get; init; }

    /// <summary>Why it failed, in words, with the next step where there is one.</summary>
    public required string Why { get; init; }

    /// <summary>errno(3), positive; null when no call failed.</summary>
    public int? Errno { get; init; }
}
