namespace XdpAudit.Kernel;

/// <summary>One thing that looking at this host needs, or that explains what will be missing.</summary>
public sealed record HostCheck
{
    /// <summary>What was checked, in a word or two: <c>kernel BTF</c>.</summary>
    public required string Name { get; init; }

    /// <summary>All is well, or it is for information only.</summary>
    public required bool Ok { get; init; }

    /// <summary>What was found.</summary>
    public required string Found { get; init; }

    /// <summary>What to do about it; null when nothing needs to be done.</summary>
    public string? Remedy { get; init; }
}
