namespace XdpAudit.Core;

/// <summary>What is recorded of a map when it is first seen.</summary>
public sealed record MapFacts(MapKey Key, string Type, string Name, uint KeyBytes, uint ValueBytes, uint MaxEntries, ulong? MemlockBytes);

/// <summary>A map was found.</summary>
/// <param name="Map">The map.</param>
/// <param name="UsedBy">The programs that use it.</param>
public sealed record MapFound(MapFacts Map, IReadOnlyList<KernelProgramId> UsedBy) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [Map.Key.Value];
}

/// <summary>Other programs use a map than before.</summary>
public sealed record MapUsersChanged(MapKey Map, IReadOnlyList<KernelProgramId> UsedBy) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [Map.Value];
}

/// <summary>A map was pinned.</summary>
public sealed record MapPinned(MapKey Map, PinFacts Pin) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [Map.Value];
}

/// <summary>A pin of a map was removed.</summary>
public sealed record MapUnpinned(MapKey Map, PinFacts Pin) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [Map.Value];
}

/// <summary>A map is gone from the kernel.</summary>
public sealed record MapGone(MapKey Map, string Name, string Why) : JournalEvent
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Subjects => [Map.Value];
}
